#include "route/regex_index.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace headgate::route {
namespace {

/// From here on the automaton for all is faster (measured: 150 ns against 80 ns for each single one).
constexpr std::size_t few = 3;

RE2::Options options(std::int64_t max_bytes) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(max_bytes);
  return options;
}

/// Every match lies between `least` and `greatest`, so it begins as both do.
std::string common_start(const RE2& regex) {
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
  std::shared_ptr<const RE2> regex;
  // The limit also bounds the states that requests can make the automaton remember: give only what the pattern needs.
  for (const std::int64_t bytes : {1 << 20, 8 << 20}) {
    regex = std::make_shared<const RE2>(pattern, options(bytes));
    if (regex->ok()) return regex;
  }
  throw std::invalid_argument{"path_regex: " + regex->error()};
}

void RegexIndex::add(std::shared_ptr<const RE2> regex, std::uint32_t route) {
  std::string start = common_start(*regex);
  entries_.push_back({std::move(regex), std::move(start), route});
}

void RegexIndex::finish() {
  if (entries_.size() <= few) return;
  const auto count = static_cast<std::int64_t>(entries_.size());
  all_ = std::make_unique<RE2::Set>(options((1 << 20) + count * (16 << 10)), RE2::ANCHOR_BOTH);
  bool fits = true;
  for (const Entry& entry : entries_) fits = all_->Add(entry.regex->pattern(), nullptr) >= 0 && fits;
  if (!fits || !all_->Compile()) all_.reset();
}

bool RegexIndex::matches(const Entry& entry, std::string_view path) {
  return path.starts_with(entry.start) &&
         entry.regex->Match({path.data(), path.size()}, 0, path.size(), RE2::ANCHOR_BOTH, nullptr, 0);
}

bool RegexIndex::match_all(std::string_view path, std::vector<int>& positions) const {
  RE2::Set::ErrorInfo error{};
  positions.clear();
  if (!all_->Match({path.data(), path.size()}, &positions, &error)) return error.kind == RE2::Set::kNoError;
  std::sort(positions.begin(), positions.end());
  return true;
}

}  // namespace headgate::route
