#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headgate::config {

std::string lower_case(std::string_view text);

bool is_ipv4(std::string_view text);
/// In its canonical spelling (RFC 5952), when it is an IPv6 address; brackets and zones are not part of one.
std::optional<std::string> canonical_ipv6(std::string_view text);

/// What is wrong with a name of the DNS, or nothing. Underscores are let pass: container networks use them.
std::optional<std::string> host_name_problem(std::string_view text);

}  // namespace headgate::config
