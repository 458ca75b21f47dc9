#include "state/mode.hpp"

#include <chrono>
#include <utility>

namespace headgate::state {
namespace {

constexpr std::size_t longest_error = 256;

}  // namespace

Mode::Mode(std::string_view store, observe::Log& log, observe::WallClock clock)
    : store_{store}, log_{log}, clock_{std::move(clock)}, since_{clock_()} {}

void Mode::failed(std::string_view error) {
  ++errors_;
  last_error_ = error.substr(0, longest_error);  // a server's own words, perhaps
  if (std::exchange(degraded_, true)) return;
  since_ = clock_();
  log_.event(observe::Level::error, Cause::state_degraded,
             "the state store fails; this instance goes on with what it knows",
             {{"store", store_}, {"detail", last_error_}});
}

void Mode::works() {
  if (!std::exchange(degraded_, false)) return;
  const auto now = clock_();
  const auto lasted = std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
  since_ = now;
  log_.event(observe::Level::info, Cause::state_restored, "the state store works again",
             {{"store", store_}, {"duration_ms", lasted.count()}});
}

}  // namespace headgate::state
