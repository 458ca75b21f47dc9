#include "base/authority.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/ascii.hpp"
#include "base/ip_address.hpp"

namespace headgate::base {
namespace {

constexpr auto make_name_table() {
  std::array<bool, 256> table{};
  for (int c = 0; c < 0x80; ++c)
    table[static_cast<std::size_t>(c)] = is_digit(static_cast<char>(c)) || is_alpha(static_cast<char>(c));
  for (const char c : std::string_view{"-._~!$&'()*+,;="}) table[static_cast<unsigned char>(c)] = true;
  return table;
}

/// unreserved and sub-delims of RFC 3986.
constexpr auto name_table = make_name_table();

bool is_valid_port(std::string_view digits) {
  std::uint32_t port = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return false;
    port = port * 10 + static_cast<std::uint32_t>(c - '0');
    if (port > 65535) return false;
  }
  return true;
}

/// What follows the host: nothing, or ":" and a port.
bool is_valid_port_part(std::string_view part) {
  return part.empty() || (part.front() == ':' && is_valid_port(part.substr(1)));
}

/// Where the name in front of a colon ends. npos: a byte that no name holds, or an empty label that is not the last
/// one, which stands for the root.
std::size_t name_end(std::string_view authority) {
  char before = '.';
  std::size_t at = 0;
  for (; at < authority.size(); ++at) {
    const char c = authority[at];
    if (!name_table[static_cast<unsigned char>(c)]) return c == ':' ? at : std::string_view::npos;
    if (c == '.' && before == '.') return std::string_view::npos;
    before = c;
  }
  return at;
}

}  // namespace

bool is_valid_authority(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t bracket = authority.find(']');
    if (bracket == std::string_view::npos) return false;
    const std::string_view literal = authority.substr(1, bracket - 1);
    return literal.find(':') != std::string_view::npos && IpAddress::parse(literal) &&
           is_valid_port_part(authority.substr(bracket + 1));
  }
  const std::size_t name = name_end(authority);
  if (name == 0) return authority.empty();
  return name != std::string_view::npos && is_valid_port_part(authority.substr(name));
}

}  // namespace headgate::base
