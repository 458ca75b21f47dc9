#include "config/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "config/host_name.hpp"

namespace headgate::config {
namespace {

using EndpointOutcome = Outcome<Endpoint>;

/// sizeof(sockaddr_un::sun_path) less the closing NUL.
constexpr std::size_t longest_unix_path = 107;

EndpointOutcome unix_endpoint(std::string_view path) {
  if (!path.starts_with('/')) return EndpointOutcome::wrong("the path of a Unix socket begins with '/'");
  if (path.size() > longest_unix_path) return EndpointOutcome::wrong("the path of a Unix socket has at most 107 bytes");
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(path.begin(), path.end(), is_control))
    return EndpointOutcome::wrong("the path holds control characters");
  Endpoint out;
  out.unix_path = path;
  return {out, {}};
}

Outcome<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty()) return Outcome<std::uint16_t>::wrong("the port is missing");
  if (error != std::errc{} || end != text.data() + text.size())
    return Outcome<std::uint16_t>::wrong("the port is not a number from 0 to 65535");
  return {port, {}};
}

struct HostPort {
  std::string_view host;  ///< without brackets
  std::string_view port;
  bool has_port = false;
  bool bracketed = false;
};

Outcome<HostPort> split_host_port(std::string_view text) {
  HostPort out;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return Outcome<HostPort>::wrong("the ']' of an IPv6 address is missing");
    out.bracketed = true;
    out.host = text.substr(1, end - 1);
    rest = text.substr(end + 1);
    if (!rest.empty() && rest.front() != ':') return Outcome<HostPort>::wrong("']' is not followed by a port");
  } else {
    const auto colon = text.find(':');
    out.host = text.substr(0, colon);
    if (colon != std::string_view::npos) rest = text.substr(colon);
    if (rest.find(':', 1) != std::string_view::npos)
      return Outcome<HostPort>::wrong("an IPv6 address stands in brackets: [::1]:8080");
  }
  out.has_port = !rest.empty();
  if (out.has_port) out.port = rest.substr(1);
  return {out, {}};
}

EndpointOutcome endpoint_of(const HostPort& parts, std::uint16_t port) {
  Endpoint out;
  out.port = port;
  if (parts.bracketed) {
    const auto address = canonical_ipv6(parts.host);
    if (!address) return EndpointOutcome::wrong("what stands in brackets is not an IPv6 address");
    out.host = *address;
    return {out, {}};
  }
  out.host = lower_case(parts.host);
  if (is_ipv4(out.host)) return {out, {}};
  if (const auto problem = host_name_problem(out.host)) return EndpointOutcome::wrong(*problem);
  return {out, {}};
}

/// "10.0.0.9/8" to "10.0.0.0/8".
std::string network_of(int family, std::array<unsigned char, 16> bytes, unsigned length) {
  for (unsigned bit = length; bit < (family == AF_INET ? 32U : 128U); ++bit)
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] & ~(0x80U >> (bit % 8)));
  std::array<char, INET6_ADDRSTRLEN> out{};
  inet_ntop(family, bytes.data(), out.data(), out.size());
  return std::string{out.data()} + "/" + std::to_string(length);
}

/// What stands behind the scheme of a backend's url.
EndpointOutcome backend_endpoint(std::string_view authority, std::uint16_t default_port) {
  if (authority.starts_with("unix:")) return unix_endpoint(authority.substr(5));
  if (authority.find('@') != std::string_view::npos)
    return EndpointOutcome::wrong("a backend's url has no user or password");
  if (authority.find_first_of("/?#") != std::string_view::npos)
    return EndpointOutcome::wrong("a backend's url has no path or query; use the route's \"rewrite\" for that");
  const Outcome<HostPort> parts = split_host_port(authority);
  if (!parts.value) return EndpointOutcome::wrong(parts.problem);
  if (!parts.value->has_port) return endpoint_of(*parts.value, default_port);
  const auto port = parse_port(parts.value->port);
  if (!port.value) return EndpointOutcome::wrong(port.problem);
  if (*port.value == 0) return EndpointOutcome::wrong("a backend cannot have port 0");
  return endpoint_of(*parts.value, *port.value);
}

}  // namespace

EndpointOutcome parse_listen_address(std::string_view text) {
  if (text.starts_with("unix:")) return unix_endpoint(text.substr(5));
  if (text.find("://") != std::string_view::npos)
    return EndpointOutcome::wrong("a listener has an address without a scheme, such as \"0.0.0.0:8080\"");
  Outcome<HostPort> parts = split_host_port(text);
  if (!parts.value) return EndpointOutcome::wrong(parts.problem);
  if (!parts.value->has_port) return EndpointOutcome::wrong("the port is missing");
  const auto port = parse_port(parts.value->port);
  if (!port.value) return EndpointOutcome::wrong(port.problem);
  if (!parts.value->bracketed) {
    if (parts.value->host.empty() || parts.value->host == "*") parts.value->host = "0.0.0.0";
    if (lower_case(parts.value->host) == "localhost") parts.value->host = "127.0.0.1";
    if (!is_ipv4(parts.value->host)) return EndpointOutcome::wrong("the host is not an IP address of this machine");
  }
  return endpoint_of(*parts.value, *port.value);
}

EndpointOutcome parse_backend_url(std::string_view text) {
  const std::string scheme = lower_case(text.substr(0, 8));
  if (scheme.starts_with("unix:")) return unix_endpoint(text.substr(5));
  const bool tls = scheme == "https://";
  if (!tls && !scheme.starts_with("http://")) {
    if (text.find("://") != std::string_view::npos) return EndpointOutcome::wrong("the scheme is not http or https");
    return EndpointOutcome::wrong("the scheme is missing; did you mean \"http://" + std::string{text.substr(0, 80)} +
                                  "\"?");
  }
  EndpointOutcome out = backend_endpoint(text.substr(tls ? 8 : 7), tls ? 443 : 80);
  if (out.value) out.value->tls = tls;
  return out;
}

std::string backend_url(const Endpoint& endpoint) {
  if (endpoint.is_unix() && !endpoint.tls) return to_string(endpoint);
  return (endpoint.tls ? "https://" : "http://") + to_string(endpoint);
}

Outcome<std::string> parse_nameserver(std::string_view text) {
  using Nameserver = Outcome<std::string>;
  const Outcome<HostPort> parts = split_host_port(text);
  if (!parts.value) return Nameserver::wrong(parts.problem);
  Outcome<std::uint16_t> port{std::uint16_t{53}, {}};
  if (parts.value->has_port) port = parse_port(parts.value->port);
  if (!port.value || *port.value == 0) return Nameserver::wrong(port.problem.empty() ? "the port is 0" : port.problem);
  if (!parts.value->bracketed && !is_ipv4(parts.value->host))
    return Nameserver::wrong("a name server is given by its IP address");
  const EndpointOutcome endpoint = endpoint_of(*parts.value, *port.value);
  if (!endpoint.value) return Nameserver::wrong(endpoint.problem);
  return {to_string(*endpoint.value), {}};
}

Outcome<std::string> parse_cidr(std::string_view text) {
  using Cidr = Outcome<std::string>;
  const auto slash = text.find('/');
  const std::string address{text.substr(0, slash)};
  const int family = address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  const unsigned longest = family == AF_INET ? 32 : 128;
  std::array<unsigned char, 16> bytes{};
  if (address.find('\0') != std::string::npos || inet_pton(family, address.c_str(), bytes.data()) != 1)
    return Cidr::wrong("it is not an IP address with an optional prefix length");
  unsigned length = longest;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size() || length > longest)
      return Cidr::wrong("the prefix length is not a number from 0 to " + std::to_string(longest));
  }
  const std::string network = network_of(family, bytes, length);
  const std::string whole = network_of(family, bytes, longest);
  if (whole.substr(0, whole.rfind('/')) != network.substr(0, network.rfind('/')))
    return Cidr::wrong("the address has bits beyond its prefix length; did you mean \"" + network + "\"?");
  return {network, {}};
}

Outcome<std::string> parse_trusted_peer(std::string_view text) {
  if (text == "unix:") return {std::string{text}, {}};
  if (text.starts_with("unix:"))
    return Outcome<std::string>::wrong("peers on Unix sockets have no path; \"unix:\" stands for all of them");
  return parse_cidr(text);
}

Outcome<std::string> parse_host_pattern(std::string_view text) {
  using Pattern = Outcome<std::string>;
  if (text == "*") return Pattern::wrong("leave \"hosts\" out to match every host");
  if (text.starts_with('[') && text.ends_with(']')) {
    const auto address = canonical_ipv6(text.substr(1, text.size() - 2));
    if (!address) return Pattern::wrong("what stands in brackets is not an IPv6 address");
    return {"[" + *address + "]", {}};
  }
  if (text.find("://") != std::string_view::npos) return Pattern::wrong("a host has no scheme");
  if (text.find(':') != std::string_view::npos)
    return Pattern::wrong("a host is matched without its port; leave the port out");
  const bool wild = text.starts_with("*.");
  const std::string_view name = wild ? text.substr(2) : text;
  if (name.find('*') != std::string_view::npos)
    return Pattern::wrong("a '*' stands only for the first labels, as in \"*.example.org\"");
  if (!wild && is_ipv4(name)) return {std::string{name}, {}};
  if (const auto problem = host_name_problem(name)) return Pattern::wrong(*problem);
  return {lower_case(text), {}};
}

}  // namespace headgate::config
