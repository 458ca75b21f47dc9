// gRPC as a proxy sees it (https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md): which requests are calls,
// and what the statuses of the two protocols are for one another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/grpc_status.hpp"
#include "headgate/cause.hpp"
#include "headgate/heads.hpp"

namespace headgate::http {

/// "application/grpc", "application/grpc+proto" or the like. gRPC-Web is none: it reads HTTP's statuses.
[[nodiscard]] bool have_grpc_content(const Fields& fields);
[[nodiscard]] inline bool is_grpc(const RequestHead& request) {
  return request.method == Method::post && have_grpc_content(request.fields);
}

/// What a call is told when we fail it for that cause. As clients take the statuses of HTTP (gRPC's
/// http-grpc-status-mapping.md), but for those of which there is more to say; above all a backend that took too long:
/// UNAVAILABLE would invite clients to call again what may have been done.
[[nodiscard]] base::GrpcStatus grpc_status_of(const CauseInfo& cause);

/// What a call is told whose backend has reset its stream with that code of HTTP/2: as without a proxy in between.
[[nodiscard]] base::GrpcStatus grpc_status_of_reset(std::uint32_t code);

/// The status of HTTP that stands for it, in google.rpc.Code's table.
[[nodiscard]] std::uint16_t http_status_of(base::GrpcStatus status);

/// Appends the value of a grpc-message: percent-encoded, but for printable ASCII.
void append_grpc_message(std::string& out, std::string_view text);

}  // namespace headgate::http
