#include "config/host_name.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace headgate::config {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::string> label_problem(std::string_view label) {
  if (label.empty()) return "it has an empty label";
  if (label.size() > 63) return "a label is longer than 63 bytes";
  if (label.front() == '-' || label.back() == '-') return "a label begins or ends with '-'";
  for (const char c : label) {
    if (static_cast<unsigned char>(c) >= 0x80) return "it holds non-ASCII letters; write its punycode form (xn--...)";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (!letter && !is_digit(c) && c != '-' && c != '_') {
      const bool visible = c > 0x20 && c < 0x7F;
      return visible ? std::string{"a host name cannot hold '"} + c + "'"
                     : "a host name cannot hold white space or control characters";
    }
  }
  return std::nullopt;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_ipv4(std::string_view text) {
  in_addr address{};
  return text.find('\0') == std::string_view::npos && inet_pton(AF_INET, std::string{text}.c_str(), &address) == 1;
}

std::optional<std::string> canonical_ipv6(std::string_view text) {
  in6_addr address{};
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  if (inet_pton(AF_INET6, std::string{text}.c_str(), &address) != 1) return std::nullopt;
  if (inet_ntop(AF_INET6, &address, out.data(), out.size()) == nullptr) return std::nullopt;
  return std::string{out.data()};
}

std::optional<std::string> host_name_problem(std::string_view text) {
  if (text.empty()) return "the host is missing";
  if (text.size() > 253) return "the host name is longer than 253 bytes";
  std::string_view last;
  for (std::string_view rest = text;;) {
    const auto dot = rest.find('.');
    last = rest.substr(0, dot);
    if (auto problem = label_problem(last)) return problem;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  // A name that ends in a number would be taken for an IPv4 address by some (WHATWG URL, "ends in a number").
  if (std::all_of(last.begin(), last.end(), is_digit)) return "it is neither an IPv4 address nor a name";
  return std::nullopt;
}

}  // namespace headgate::config
