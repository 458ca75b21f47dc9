#include "base/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace headgate::base {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool same_bits(const IpAddress::Bytes& a, const IpAddress::Bytes& b, int bits) {
  const auto whole = static_cast<std::size_t>(bits) / 8;
  if (std::memcmp(a.data(), b.data(), whole) != 0) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  return (a[whole] ^ b[whole]) >> (8 - rest) == 0;
}

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
  IpAddress address;
  std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
  return address;
}

IpAddress IpAddress::v6(const Bytes& bytes) {
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), bytes.begin()))
    return v4({bytes[12], bytes[13], bytes[14], bytes[15]});
  IpAddress address;
  address.bytes_ = bytes;
  address.is_v6_ = true;
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> copy{};  // inet_pton wants a terminated string
  if (text.size() >= copy.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), copy.begin());
  Bytes bytes{};
  if (inet_pton(AF_INET, copy.data(), bytes.data()) == 1) return v4({bytes[0], bytes[1], bytes[2], bytes[3]});
  if (inet_pton(AF_INET6, copy.data(), bytes.data()) == 1) return v6(bytes);
  return std::nullopt;
}

std::string IpAddress::to_text() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v6_ ? AF_INET6 : AF_INET, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::parse(address_text);
  if (!address) return std::nullopt;
  Cidr cidr;
  cidr.network_ = *address;
  cidr.prefix_ = address->bits();
  if (slash == std::string_view::npos) return cidr;

  const std::string_view digits = text.substr(slash + 1);
  int prefix = -1;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), prefix);
  if (error != std::errc{} || end != digits.data() + digits.size() || prefix < 0) return std::nullopt;
  // "::ffff:10.0.0.0/104" is written in IPv6 bits but holds IPv4 addresses.
  const bool mapped = !address->is_v6() && address_text.find(':') != std::string_view::npos;
  cidr.prefix_ = mapped ? prefix - 96 : prefix;
  if (cidr.prefix_ < 0 || cidr.prefix_ > address->bits()) return std::nullopt;
  return cidr;
}

bool Cidr::contains(const IpAddress& address) const {
  return address.is_v6() == network_.is_v6() && same_bits(address.bytes(), network_.bytes(), prefix_);
}

}  // namespace headgate::base
