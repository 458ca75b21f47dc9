#include <algorithm>
#include <array>
#include <boost/crc.hpp>
#include <charconv>
#include <cstring>
#include <optional>

#include "net/proxy_header.hpp"
#include "net/proxy_header_bytes.hpp"

namespace headgate::net {
namespace {

using proxy_bytes::local;
using proxy_bytes::proxy;
using proxy_bytes::v1_signature;
using proxy_bytes::v2_fixed;
using proxy_bytes::v2_signature;
using Status = ParsedProxyHeader::Status;

constexpr std::size_t v1_most_bytes = 107;  // with CR LF
constexpr std::size_t most_kept_alpn = 32;
constexpr std::size_t most_kept_authority = 255;
constexpr std::size_t most_kept_unique_id = 128;

ParsedProxyHeader bad(const char* detail) {
  ParsedProxyHeader out;
  out.status = Status::bad;
  out.detail = detail;
  return out;
}

ParsedProxyHeader unfinished(Status status) {
  ParsedProxyHeader out;
  out.status = status;
  return out;
}

// Version 1: a line.

std::string_view next_word(std::string_view& line) {
  const std::size_t space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  line = space == std::string_view::npos ? std::string_view{} : line.substr(space + 1);
  return word;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  std::uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, port);
  const bool canonical = !text.empty() && (text == "0" || text.front() != '0');
  return canonical && error == std::errc{} && last == end ? std::optional{port} : std::nullopt;
}

std::optional<base::IpAddress> address_of(std::string_view text, bool v6) {
  const bool written_as_v6 = text.find(':') != std::string_view::npos;
  return written_as_v6 == v6 ? base::IpAddress::parse(text) : std::nullopt;
}

ParsedProxyHeader parse_v1(std::string_view bytes) {
  const std::size_t end = bytes.substr(0, v1_most_bytes).find('\n');
  if (end == std::string_view::npos)
    return bytes.size() >= v1_most_bytes ? bad("longer than 107 bytes") : unfinished(Status::need_more);
  if (bytes[end - 1] != '\r') return bad("bare LF");
  ParsedProxyHeader out;
  out.status = Status::complete;
  out.size = end + 1;
  std::string_view line = bytes.substr(v1_signature.size(), end - 1 - v1_signature.size());
  const std::string_view family = next_word(line);
  if (family == "UNKNOWN") return out;  // whatever follows
  if (family != "TCP4" && family != "TCP6") return bad("neither TCP4 nor TCP6 nor UNKNOWN");
  if (std::count(line.begin(), line.end(), ' ') != 3) return bad("not two addresses and two ports");
  const auto source = address_of(next_word(line), family == "TCP6");
  const auto destination = address_of(next_word(line), family == "TCP6");
  const auto source_port = port_of(next_word(line));
  const auto destination_port = port_of(next_word(line));
  if (!source || !destination) return bad("an address that is none, or of the other family");
  if (!source_port || !destination_port) return bad("a port that is none");
  out.source.address = source;
  out.source.port = *source_port;
  out.source.destination = destination;
  out.source.destination_port = *destination_port;
  return out;
}

// Version 2: binary, in network order.

unsigned char byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }
std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8U | byte_at(bytes, at + 1));
}

base::IpAddress v4_at(std::string_view bytes, std::size_t at) {
  std::array<std::uint8_t, 4> out{};
  std::memcpy(out.data(), bytes.data() + at, out.size());
  return base::IpAddress::v4(out);
}

base::IpAddress v6_at(std::string_view bytes, std::size_t at) {
  base::IpAddress::Bytes out{};
  std::memcpy(out.data(), bytes.data() + at, out.size());
  return base::IpAddress::v6(out);
}

/// Bytes of the addresses of that family; none: there is no such family, or transport.
std::optional<std::size_t> size_of_addresses(unsigned char family) {
  constexpr std::array<std::size_t, 4> sizes{0, 12, 36, 216};  // unspecified, IPv4, IPv6, Unix
  if (family >> 4U >= sizes.size() || (family & 0xFU) > 2) return std::nullopt;
  return sizes[family >> 4U];
}

void read_addresses(std::string_view bytes, base::ConnectionSource& out) {
  const std::string_view addresses = bytes.substr(v2_fixed);
  const unsigned family = byte_at(bytes, 13) >> 4U;
  if (family != 1 && family != 2) return;
  const std::size_t size = family == 1 ? 4 : 16;
  const auto read = family == 1 ? v4_at : v6_at;
  out.address = read(addresses, 0);
  out.destination = read(addresses, size);
  out.port = number_at(addresses, 2 * size);
  out.destination_port = number_at(addresses, 2 * size + 2);
}

/// CRC-32C of the header, its own value taken for zero.
bool checksum_holds(std::string_view header, std::size_t at) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  constexpr std::array<char, 4> zero{};
  crc.process_bytes(header.data(), at);
  crc.process_bytes(zero.data(), zero.size());
  crc.process_bytes(header.data() + at + zero.size(), header.size() - at - zero.size());
  const std::uint32_t told = std::uint32_t{number_at(header, at)} << 16U | number_at(header, at + 2);
  return crc.checksum() == told;
}

/// The type-length-values from `at` to the end; what is wrong with them, or null.
const char* read_tlvs(std::string_view header, std::size_t at, base::ConnectionSource& out) {
  constexpr unsigned char alpn = 0x01;
  constexpr unsigned char authority = 0x02;
  constexpr unsigned char crc32c = 0x03;
  constexpr unsigned char unique_id = 0x05;
  while (at < header.size()) {
    if (header.size() - at < 3 || header.size() - at - 3 < number_at(header, at + 1)) return "a TLV beyond the end";
    const unsigned char type = byte_at(header, at);
    const std::string_view value = header.substr(at + 3, number_at(header, at + 1));
    if (type == alpn) out.alpn = value.substr(0, most_kept_alpn);
    if (type == authority) out.authority = value.substr(0, most_kept_authority);
    if (type == unique_id) out.unique_id = value.substr(0, most_kept_unique_id);
    if (type == crc32c && (value.size() != 4 || !checksum_holds(header, at + 3))) return "checksum";
    at += 3 + value.size();
  }
  return nullptr;
}

ParsedProxyHeader parse_v2(std::string_view bytes) {
  if (bytes.size() < v2_fixed) return unfinished(Status::need_more);
  const unsigned char command = byte_at(bytes, 12);
  if (command != local && command != proxy) return bad("version or command");
  const std::size_t size = v2_fixed + number_at(bytes, 14);
  if (size > most_proxy_header_bytes) return bad("longer than 4 KiB");
  ParsedProxyHeader out;
  out.size = size;
  const auto addresses = size_of_addresses(byte_at(bytes, 13));
  if (command == proxy) {
    if (!addresses) return bad("address family or transport");
    if (size - v2_fixed < *addresses) return bad("too short for its addresses");
  }
  if (bytes.size() < size) return unfinished(Status::need_more);
  out.status = Status::complete;
  if (command == local) return out;  // whatever it holds
  const std::string_view header = bytes.substr(0, size);
  read_addresses(header, out.source);
  if (const char* problem = read_tlvs(header, v2_fixed + *addresses, out.source)) return bad(problem);
  return out;
}

}  // namespace

ParsedProxyHeader parse_proxy_header(std::string_view bytes) {
  if (bytes.starts_with(v1_signature)) return parse_v1(bytes);
  if (bytes.starts_with(v2_signature)) return parse_v2(bytes);
  const bool may_become_one = v1_signature.starts_with(bytes) || v2_signature.starts_with(bytes);
  return unfinished(may_become_one ? Status::need_more : Status::absent);
}

}  // namespace headgate::net
