#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace headgate::base {

/// How a gRPC call ended; the numbers are what grpc-status carries (https://grpc.io/docs/guides/status-codes).
enum class GrpcStatus : std::uint8_t {
  ok,
  cancelled,
  unknown,
  invalid_argument,
  deadline_exceeded,
  not_found,
  already_exists,
  permission_denied,
  resource_exhausted,
  failed_precondition,
  aborted,
  out_of_range,
  unimplemented,
  internal,
  unavailable,
  data_loss,
  unauthenticated,
};

/// As gRPC writes it; ends with a zero byte.
constexpr const char* name_of(GrpcStatus status) {
  constexpr std::array names{
      "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
      "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
      "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
      "DATA_LOSS", "UNAUTHENTICATED"};
  return names[static_cast<std::size_t>(status)];
}

/// Some of them.
class GrpcStatuses {
 public:
  constexpr GrpcStatuses() = default;
  constexpr void add(GrpcStatus status) { bits_ |= bit(status); }
  [[nodiscard]] constexpr bool has(GrpcStatus status) const { return (bits_ & bit(status)) != 0; }
  [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
  friend constexpr bool operator==(const GrpcStatuses&, const GrpcStatuses&) = default;

 private:
  static constexpr std::uint32_t bit(GrpcStatus status) { return 1U << static_cast<unsigned>(status); }
  std::uint32_t bits_ = 0;
};

/// Those that a retry may be made for, by their names in the configuration: the ones that Envoy knows, too.
inline constexpr std::array retried_grpc_statuses{
    std::pair{GrpcStatus::cancelled, std::string_view{"grpc_cancelled"}},
    std::pair{GrpcStatus::deadline_exceeded, std::string_view{"grpc_deadline_exceeded"}},
    std::pair{GrpcStatus::resource_exhausted, std::string_view{"grpc_resource_exhausted"}},
    std::pair{GrpcStatus::internal, std::string_view{"grpc_internal"}},
    std::pair{GrpcStatus::unavailable, std::string_view{"grpc_unavailable"}},
};

}  // namespace headgate::base
