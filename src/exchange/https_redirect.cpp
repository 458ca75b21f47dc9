#include "exchange/https_redirect.hpp"

#include <string_view>

#include "base/ascii.hpp"
#include "base/path.hpp"

namespace headgate::exchange {
namespace {

constexpr std::string_view acme_challenges = "/.well-known/acme-challenge/";

/// As routes and backends may see the path, or dot segments would lead out of there; "//.." leads elsewhere when
/// slashes are merged.
bool is_challenge(std::string_view path) {
  std::string scratch;
  return base::normalise_path(path, false, scratch).starts_with(acme_challenges) &&
         base::normalise_path(path, true, scratch).starts_with(acme_challenges);
}

/// Without the port; an IPv6 address keeps its brackets.
std::string_view host_of(std::string_view authority) {
  const std::size_t colon = authority.rfind(':');
  const bool has_port = colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos;
  return has_port ? authority.substr(0, colon) : authority;
}

}  // namespace

bool should_come_by_https(const RequestHead& request, const http::ClientInfo& client) {
  if (client.https_port == 0 || client.scheme == "https" || !request.path.starts_with('/')) return false;
  const Field* told = client.peer_trusted ? find(request.fields, FieldId::x_forwarded_proto) : nullptr;
  if (told != nullptr && base::iequals(told->value, "https")) return false;
  return !is_challenge(request.path);
}

std::string https_location(const RequestHead& request, std::uint16_t port) {
  const std::string_view host = host_of(request.authority);
  if (host.empty()) return {};
  std::string location = "https://";
  location.append(host);
  if (port != 443) location.append(":").append(std::to_string(port));
  location.append(request.path);
  if (request.has_query) location.append("?").append(request.query);
  return location;
}

}  // namespace headgate::exchange
