// Any request to one of 256 random tables: the compiled table agrees with the obvious matcher, and normalising is
// idempotent.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "../unit/route/random_case.hpp"
#include "../unit/route/reference_matcher.hpp"
#include "base/path.hpp"
#include "route/route_table.hpp"

namespace {

/// Takes choices off the fuzzer's bytes; zeros when they run out.
struct Bytes {
  const std::uint8_t* data;
  std::size_t size;

  std::size_t operator()(std::size_t below) {
    if (size == 0) return 0;
    --size;
    return *data++ % below;
  }
};

/// Compiling regexes takes far longer than matching: each table is built once, from the seed that one byte is.
struct Table {
  headgate::config::Settings settings;
  headgate::route::RouteTable compiled;
};

const Table& table_of(std::uint8_t seed) {
  static std::map<std::uint8_t, Table> tables;
  const auto found = tables.find(seed);
  if (found != tables.end()) return found->second;
  std::mt19937 random{seed};
  auto choose = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  headgate::config::Settings settings = headgate::route::random_settings(choose);
  auto compiled = headgate::route::RouteTable::build(settings, {"web"});
  return tables.try_emplace(seed, Table{std::move(settings), std::move(compiled)}).first->second;
}

void require(bool holds) {
  if (!holds) std::abort();
}

void check_path(std::string_view path, bool merge_slashes) {
  using headgate::base::normalise_path;
  std::string scratch;
  const std::string once{normalise_path(path, merge_slashes, scratch)};
  require(once == headgate::route::reference::normalise(path, merge_slashes));
  require(normalise_path(once, merge_slashes, scratch) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headgate;
  if (size == 0) return 0;
  const auto& [settings, table] = table_of(data[0]);
  Bytes choose{data + 1, size - 1};
  const route::RandomRequest texts{choose};
  const std::string rest{reinterpret_cast<const char*>(choose.data), choose.size};
  check_path(rest, settings.paths.merge_slashes);

  RequestHead head = texts.head();
  const std::string path = "/" + rest.substr(0, rest.find('?'));
  if (!rest.empty()) head.path = path;
  route::Scratch scratch;
  const route::Lookup found = table.find(head, scratch);

  const route::reference::Answer expected = route::reference::find(settings, head);
  require(found.route == (expected.route ? &table.routes()[*expected.route] : nullptr));
  require(found.method_mismatch == expected.method_mismatch);
  if (found.route != nullptr) {
    std::string target;
    append_target(target, *found.route, head, found.normalised_path);
    require(target.starts_with('/'));
  }
  return 0;
}
