#pragma once

#include <string_view>

namespace headgate::base {

/// uri-host with an optional port of at most 65535: a Host value or the authority of a target. Registered names,
/// IPv4, and IPv6 in brackets; an empty port ("host:") is fine, user information is not. Narrower than RFC 3986 s3.2.2:
/// percent-encoding and empty labels ("a..b", "a..") are refused. They are other ways to write a host that routes name,
/// and what is behind us may read them so.
bool is_valid_authority(std::string_view authority);

}  // namespace headgate::base
