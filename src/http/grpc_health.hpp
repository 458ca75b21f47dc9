// The two messages of gRPC's health checking protocol (grpc.health.v1, health.proto), each in its frame: a byte that
// says that it is not compressed, four of length, the message in protobuf's encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::http {

inline constexpr std::string_view health_check_path = "/grpc.health.v1.Health/Check";

/// `service`: empty: the whole server.
std::string health_check_request(std::string_view service);

/// HealthCheckResponse.ServingStatus, whose numbers these are.
enum class ServingStatus : std::uint8_t { unknown, serving, not_serving, service_unknown };
std::string_view to_string(ServingStatus status);

/// More is no answer.
inline constexpr std::size_t health_check_response_bytes = 1024;
/// Of a whole body. Fields of later versions are skipped. None: it is malformed, compressed, or not one message.
std::optional<ServingStatus> read_health_check_response(std::string_view body);

}  // namespace headgate::http
