#include <string>

#include "net/proxy_header.hpp"
#include "net/proxy_header_bytes.hpp"

namespace headgate::net {
namespace {

using proxy_bytes::local;
using proxy_bytes::proxy;
using proxy_bytes::tcp4;
using proxy_bytes::tcp6;
using proxy_bytes::unspecified;
using proxy_bytes::v2_signature;

void append_number(std::string& out, std::size_t number) {
  out += static_cast<char>(number >> 8U & 0xFFU);
  out += static_cast<char>(number & 0xFFU);
}

std::string v2_start(unsigned char command, unsigned char family, std::size_t rest) {
  std::string out{v2_signature};
  out += static_cast<char>(command);
  out += static_cast<char>(family);
  append_number(out, rest);
  return out;
}

/// An IPv4 address beside an IPv6 one is written as IPv6 too.
std::string text_of(const base::IpAddress& address, bool v6) {
  return v6 && !address.is_v6() ? "::ffff:" + address.to_text() : address.to_text();
}

void append_bytes(std::string& out, const base::IpAddress& address, bool v6) {
  if (v6 && !address.is_v6()) out.append(10, '\0').append(2, '\xFF');
  out.append(reinterpret_cast<const char*>(address.bytes().data()), address.is_v6() ? 16 : 4);
}

std::string v1(const base::ConnectionSource& source) {
  const bool v6 = source.address->is_v6() || source.destination->is_v6();
  return std::string{v6 ? "PROXY TCP6 " : "PROXY TCP4 "} + text_of(*source.address, v6) + ' ' +
         text_of(*source.destination, v6) + ' ' + std::to_string(source.port) + ' ' +
         std::to_string(source.destination_port) + "\r\n";
}

std::string v2(const base::ConnectionSource& source) {
  const bool v6 = source.address->is_v6() || source.destination->is_v6();
  std::string out = v2_start(proxy, v6 ? tcp6 : tcp4, v6 ? 36 : 12);
  append_bytes(out, *source.address, v6);
  append_bytes(out, *source.destination, v6);
  append_number(out, source.port);
  append_number(out, source.destination_port);
  return out;
}

}  // namespace

std::string write_proxy_header(base::ProxyVersion version, const base::ConnectionSource& source) {
  const bool known = source.address && source.destination;
  if (version == base::ProxyVersion::v1) return known ? v1(source) : write_local_proxy_header(version);
  return known ? v2(source) : v2_start(proxy, unspecified, 0);
}

std::string write_local_proxy_header(base::ProxyVersion version) {
  return version == base::ProxyVersion::v1 ? "PROXY UNKNOWN\r\n" : v2_start(local, unspecified, 0);
}

}  // namespace headgate::net
