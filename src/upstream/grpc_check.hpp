// A probe of type grpc: one call of grpc.health.v1.Health/Check.
#pragma once

#include <string>
#include <string_view>

#include "config/upstream_settings.hpp"
#include "http2/single_call.hpp"

namespace headgate::upstream {

/// The head of the call; its body is http::health_check_request(). `scheme`: "http", "https".
http2::SingleCall::FieldList grpc_check_fields(const config::ActiveHealth& rules, std::string_view scheme);

/// What is wrong with a backend, of a call that is done; empty: it serves.
std::string judge_grpc_check(const http2::SingleCall& call);

}  // namespace headgate::upstream
