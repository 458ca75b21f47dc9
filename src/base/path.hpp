// Paths and hosts in the one spelling in which they are compared.
#pragma once

#include <string>
#include <string_view>

namespace headgate::base {

/// The path as it is matched (RFC 3986 s6.2.2): percent-encoded unreserved characters decoded, other triplets in upper
/// case, dot segments removed (".." above the root stays at the root), "//" as "/" if `merge_slashes`. Encoded slashes
/// stay encoded and are no segment border. White space, controls and bytes above 0x7E become triplets, and so does a
/// '%' that begins none ("%25"). Normalising twice changes nothing.
/// The result is `path` itself when nothing changes, else it is in `scratch`. It always begins with '/'.
std::string_view normalise_path(std::string_view path, bool merge_slashes, std::string& scratch);

/// The host of an authority in lower case, without port and trailing dot; IPv6 literals in brackets and in their
/// canonical form (RFC 5952). The result is part of `authority` when nothing changes, else it is in `scratch`.
std::string_view normalise_host(std::string_view authority, std::string& scratch);

}  // namespace headgate::base
