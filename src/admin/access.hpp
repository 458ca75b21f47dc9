// Who may ask what. A browser is no operator: a page of somebody else's, opened on the machine of one, must neither
// read the API (by a name that it has made resolve to 127.0.0.1) nor change anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "admin/request.hpp"
#include "config/settings.hpp"

namespace headgate::admin {

/// What an endpoint gives away or does.
enum class Access : std::uint8_t {
  open,     ///< to everybody: liveness and readiness
  figures,  ///< metrics
  read,
  change,
};

/// The refusal, or nullopt when the request may pass.
std::optional<Response> refuse(const Request& request, Access access, const config::Admin& settings);

/// Whom the timeline names for a change: X-Headgate-Operator, else the client's address.
std::string operator_of(const Request& request);

}  // namespace headgate::admin
