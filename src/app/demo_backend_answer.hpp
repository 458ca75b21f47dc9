// What a demo backend answers to one request: a plain function of the request, no socket and no clock.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace headgate::app {

/// A body of that many filler bytes, made while it is sent.
struct DemoFiller {
  std::uint64_t bytes = 0;
  bool chunked = false;  ///< else Content-Length
};

/// Server-sent events, the first at once and then one per interval.
struct DemoEvents {
  std::uint64_t count = 0;
  std::chrono::milliseconds interval{500};
};

struct DemoRequest {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields = {};
  std::string body = {};         ///< the first demo_echo_bytes of it
  std::uint64_t body_bytes = 0;  ///< all of it
};

struct DemoAnswer {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::variant<std::string, DemoFiller, DemoEvents> body;
  std::chrono::milliseconds delay{0};  ///< before the head is sent
  std::string allow;                   ///< field of a 405
};

inline constexpr std::size_t demo_echo_bytes = 64 * 1024;
inline constexpr std::uint64_t demo_filler_limit = 4ULL << 30;  // bytes
inline constexpr std::uint64_t demo_delay_limit = 60'000;       // milliseconds
inline constexpr std::uint64_t demo_events_limit = 10'000;

/// Paths: / /healthz /slow /status/N /echo /stream /bytes/N and "*"; 404 for the rest, 400 for a number out of range.
[[nodiscard]] DemoAnswer answer_demo_request(std::string_view backend, const DemoRequest& request);

}  // namespace headgate::app
