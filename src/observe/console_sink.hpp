#pragma once

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <cstdint>

namespace headgate::observe {

/// Lines on standard error, for the log thread. What nobody reads is lost there and said once somebody reads again; the
/// files have it.
class ConsoleSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 private:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

  std::uint64_t lost_ = 0;  ///< lines since the last one that was written
};

}  // namespace headgate::observe
