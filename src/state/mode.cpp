#include "state/mode.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/ascii.hpp"

namespace headgate::state {
namespace {

constexpr std::size_t longest_error = 256;

}  // namespace

std::string gist_of(std::string_view error) {
  std::string gist;
  while (!error.empty()) {
    const std::size_t end = std::min(error.find(' '), error.size());
    std::string_view word = error.substr(0, end);
    error.remove_prefix(std::min(end + 1, error.size()));
    if (!word.empty() && std::string_view{":,.;"}.find(word.back()) != std::string_view::npos) word.remove_suffix(1);
    if (!word.empty() && std::all_of(word.begin(), word.end(), base::is_alpha)) gist.append(word).append(" ");
  }
  return gist;
}

Mode::Mode(std::string_view store, observe::Log& log, observe::WallClock clock)
    : store_{store}, log_{log}, clock_{std::move(clock)}, since_{clock_()} {}

void Mode::failed(std::string_view error) {
  ++errors_;
  last_error_ = error.substr(0, longest_error);  // a server's own words, perhaps
  const bool begins = !std::exchange(degraded_, true);
  if (begins) since_ = clock_();
  if (told_.size() == most_reasons || !told_.insert(gist_of(last_error_)).second) return;
  log_.event(observe::Level::error, Cause::state_degraded,
             begins ? "the state store fails; this instance goes on with what it knows"
                    : "the state store still fails, for another reason",
             {{"store", store_}, {"detail", last_error_}});
}

void Mode::works() {
  if (!std::exchange(degraded_, false)) return;
  told_.clear();
  const auto now = clock_();
  const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
  since_ = now;
  log_.event(observe::Level::info, Cause::state_restored, "the state store works again",
             {{"store", store_}, {"duration_ms", lasted.count()}});
}

}  // namespace headgate::state
