#include "observe/console_sink.hpp"

#include <unistd.h>

#include <string>
#include <string_view>
#include <utility>

#include "base/console.hpp"

namespace headgate::observe {

void ConsoleSink::sink_it_(const spdlog::details::log_msg& message) {
  const std::string_view line{message.payload.data(), message.payload.size()};
  if (lost_ > 0) {
    const std::string notice =
        "headgate: " + std::to_string(lost_) + " log lines were not shown here, as nobody read; the files have them\n";
    if (base::write_at_once(STDERR_FILENO, notice)) lost_ = 0;
  }
  if (lost_ > 0 || !base::write_at_once(STDERR_FILENO, line)) ++lost_;
}

}  // namespace headgate::observe
