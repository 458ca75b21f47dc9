#pragma once

#include <chrono>
#include <optional>

#include "base/grpc_status.hpp"
#include "headgate/heads.hpp"

namespace headgate::http {

/// A response to a gRPC call that is nothing but a status ("Trailers-Only"): the backend has said no, and not a message
/// has come.
struct GrpcRefusal {
  base::GrpcStatus status = base::GrpcStatus::unknown;
  /// When the backend wants the call again (grpc-retry-pushback-ms of gRPC's proposal A6); negative: never. None: it
  /// does not say.
  std::optional<std::chrono::milliseconds> pushback = {};
};

/// None: it is no response of that kind, or says that the call went well. A status that is no number, or unknown, is
/// UNKNOWN; a pushback that is no number means never.
[[nodiscard]] std::optional<GrpcRefusal> read_grpc_refusal(const ResponseHead& head);

}  // namespace headgate::http
