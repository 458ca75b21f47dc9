// IP addresses and address blocks as values, without a socket API in sight.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace headgate::base {

/// IPv4 or IPv6. An IPv4-mapped IPv6 address (::ffff:a.b.c.d) becomes the IPv4 address that it stands for, so that a
/// client on a dual-stack socket compares equal to itself.
class IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  IpAddress() = default;  ///< 0.0.0.0
  static IpAddress v4(std::array<std::uint8_t, 4> bytes);
  static IpAddress v6(const Bytes& bytes);
  /// Dotted quad without leading zeros, or RFC 4291 text without brackets and zone.
  static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v6() const { return is_v6_; }
  [[nodiscard]] int bits() const { return is_v6_ ? 128 : 32; }
  /// Network order; an IPv4 address stands in the first four, the rest is zero.
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  /// RFC 5952 text, no brackets.
  [[nodiscard]] std::string to_text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;

 private:
  Bytes bytes_{};
  bool is_v6_ = false;
};

/// A block of addresses, "10.0.0.0/8" or "2001:db8::/32"; a bare address is a block of one.
class Cidr {
 public:
  /// Host bits may be set ("10.1.2.3/8"); they are ignored.
  static std::optional<Cidr> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& address) const;

 private:
  IpAddress network_;
  int prefix_ = 0;  ///< bits
};

}  // namespace headgate::base
