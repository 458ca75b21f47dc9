#include "route/regex_index.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace headgate::route {
namespace {

/// Text that every match begins with. Every match lies between `least` and `greatest`, so it begins as both do.
std::string literal_start(const RE2& regex) {
  constexpr int longest = 64;
  std::string least;
  std::string greatest;
  if (!regex.PossibleMatchRange(&least, &greatest, longest)) return {};
  const auto differ = std::mismatch(least.begin(), least.end(), greatest.begin(), greatest.end());
  least.erase(differ.first, least.end());
  return least;
}

}  // namespace

std::shared_ptr<const RE2> compile_path_regex(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  std::shared_ptr<const RE2> regex;
  // The limit also bounds the states that requests can make the automaton remember: give only what the pattern needs.
  for (const std::int64_t bytes : {1 << 20, 8 << 20}) {
    options.set_max_mem(bytes);
    regex = std::make_shared<const RE2>(pattern, options);
    if (regex->ok()) return regex;
  }
  throw std::invalid_argument{"path_regex: " + regex->error()};
}

void RegexIndex::add(std::shared_ptr<const RE2> regex, std::uint32_t route) {
  const std::string literal = literal_start(*regex);
  by_literal_[literal].push_back(static_cast<std::uint32_t>(regexes_.size()));
  regexes_.push_back({std::move(regex), route});
  const auto at = std::lower_bound(lengths_.begin(), lengths_.end(), literal.size());
  if (at == lengths_.end() || *at != literal.size()) lengths_.insert(at, literal.size());
}

bool RegexIndex::matches(const RE2& regex, std::string_view path) {
  return regex.Match({path.data(), path.size()}, 0, path.size(), RE2::ANCHOR_BOTH, nullptr, 0);
}

void RegexIndex::collect(std::string_view path, std::vector<std::uint32_t>& positions) const {
  positions.clear();
  for (const std::size_t length : lengths_) {
    if (length > path.size()) break;
    if (const auto* found = by_literal_.find(path.substr(0, length)))
      positions.insert(positions.end(), found->begin(), found->end());
  }
  std::sort(positions.begin(), positions.end());
}

}  // namespace headgate::route
