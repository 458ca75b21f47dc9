// Any table and any path: the compiled table agrees with the obvious matcher, and normalising is idempotent.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "../unit/route/random_case.hpp"
#include "../unit/route/reference_matcher.hpp"
#include "route/path.hpp"
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

void require(bool holds) {
  if (!holds) std::abort();
}

void check_path(std::string_view path, bool merge_slashes) {
  using headgate::route::normalise_path;
  std::string scratch;
  const std::string once{normalise_path(path, merge_slashes, scratch)};
  require(once == headgate::route::reference::normalise(path, merge_slashes));
  require(normalise_path(once, merge_slashes, scratch) == once);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headgate;
  Bytes choose{data, size};
  const config::Settings settings = route::random_settings(choose);
  const route::RouteTable table = route::RouteTable::build(settings, {"web"});
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
