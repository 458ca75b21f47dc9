#include "upstream/grpc_check.hpp"

#include <charconv>

#include "base/grpc_status.hpp"
#include "http/grpc_health.hpp"

namespace headgate::upstream {
namespace {

constexpr std::size_t message_limit = 200;  // characters of grpc-message that the log shows

/// The last one: trailers come behind the head.
std::string_view value_of(const http2::SingleCall::FieldList& fields, std::string_view name) {
  std::string_view found;
  for (const auto& [each, value] : fields)
    if (each == name) found = value;
  return found;
}

/// -1: it is none.
int number_in(std::string_view text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : -1;
}

std::string describe(int status, std::string_view message) {
  std::string text = "grpc-status " + std::to_string(status);
  if (status <= static_cast<int>(base::GrpcStatus::unauthenticated))
    text.append(" ").append(base::name_of(static_cast<base::GrpcStatus>(status)));
  if (!message.empty()) text.append(": ").append(message.substr(0, message_limit));
  return text;
}

}  // namespace

http2::SingleCall::FieldList grpc_check_fields(const config::ActiveHealth& rules, std::string_view scheme) {
  return {{":method", "POST"},
          {":scheme", std::string{scheme}},
          {":authority", rules.host},
          {":path", std::string{http::health_check_path}},
          {"te", "trailers"},
          {"grpc-timeout", std::to_string(rules.timeout.count()) + "m"},
          {"content-type", "application/grpc"},
          {"user-agent", "headgate-probe"}};
}

std::string judge_grpc_check(const http2::SingleCall& call) {
  if (!call.failure().empty()) return call.failure();
  if (call.status() != 200) return "status " + std::to_string(call.status()) + " is not expected";
  const int status = number_in(value_of(call.fields(), "grpc-status"));
  if (status < 0) return "there is no grpc-status: it does not speak gRPC";
  if (status != 0) return describe(status, value_of(call.fields(), "grpc-message"));
  const auto serving = http::read_health_check_response(call.body());
  if (!serving) return "its answer is no HealthCheckResponse";
  if (*serving != http::ServingStatus::serving) return "it says " + std::string{to_string(*serving)};
  return {};
}

}  // namespace headgate::upstream
