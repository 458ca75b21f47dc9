#include "admin/access.hpp"

#include <algorithm>
#include <string>

#include "base/ascii.hpp"
#include "base/constant_time.hpp"
#include "base/ip_address.hpp"

namespace headgate::admin {
namespace {

constexpr std::size_t longest_operator = 64;

bool has_token(const Request& request, const std::string& token) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view given = request.authorization;
  if (!base::iequals(given.substr(0, scheme.size()), scheme)) return false;
  return base::equals_secret(base::trim_ows(given.substr(scheme.size())), token);
}

Response unauthorized() {
  Response response = error_response(401, "a token is needed: Authorization: Bearer TOKEN");
  response.fields.emplace_back("WWW-Authenticate", "Bearer realm=\"headgate\"");
  return response;
}

/// Without its port and, for IPv6, its brackets.
std::string_view name_of(std::string_view host) {
  if (host.starts_with('[')) {
    const std::string_view after = host.substr(std::min(host.find(']'), host.size() - 1) + 1);
    return after.empty() || after.starts_with(':') ? host.substr(1, host.find(']') - 1) : std::string_view{};
  }
  return host.substr(0, host.find(':'));
}

/// No DNS can make a foreign name of these.
bool is_ours(std::string_view host, const Endpoint& listener) {
  const std::string_view name = name_of(host);
  return base::iequals(name, "localhost") || base::iequals(name, listener.host) || base::IpAddress::parse(name);
}

bool is_operator_name(std::string_view name) {
  return !name.empty() && name.size() <= longest_operator &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

}  // namespace

std::optional<Response> refuse(const Request& request, Access access, const config::Admin& settings) {
  if (access == Access::open) return std::nullopt;
  if (settings.token) return has_token(request, *settings.token) ? std::nullopt : std::optional{unauthorized()};
  if (access == Access::figures) return std::nullopt;
  if (!settings.address.is_unix() && !is_ours(request.host, settings.address))
    return error_response(403, "without admin.token the API answers only to an IP address or localhost in Host");
  if (access == Access::change && !is_operator_name(request.operator_name))
    return error_response(403, "without admin.token a change needs the field X-Headgate-Operator: NAME");
  return std::nullopt;
}

std::string operator_of(const Request& request) {
  if (is_operator_name(request.operator_name)) return request.operator_name;
  return request.peer.empty() ? "on the Unix socket" : "at " + request.peer;
}

}  // namespace headgate::admin
