#pragma once

#include <string_view>

#include "base/ascii.hpp"
#include "headgate/heads.hpp"

namespace headgate::http {

/// Takes the next pair off a cookie string, "a=1; b=2" (RFC 6265 s4.2.1), as a server must that is sent anything: white
/// space around name and value is no part of them, and a piece without "=" has an empty name. False at its end.
inline bool next_cookie(std::string_view& cookies, std::string_view& name, std::string_view& value) {
  if (cookies.empty()) return false;
  const std::size_t semicolon = cookies.find(';');
  const std::string_view pair = cookies.substr(0, semicolon);
  cookies = semicolon == std::string_view::npos ? std::string_view{} : cookies.substr(semicolon + 1);
  const std::size_t equals = pair.find('=');
  name = equals == std::string_view::npos ? std::string_view{} : base::trim_ows(pair.substr(0, equals));
  value = base::trim_ows(equals == std::string_view::npos ? pair : pair.substr(equals + 1));
  return true;
}

/// Shows `wanted` the values of the request's cookies of that name, which is case-sensitive, in their order, until it
/// says true: a browser may send several, set for different paths.
template <class Wanted>
bool find_cookie(const Fields& fields, std::string_view name, Wanted wanted) {
  for (const Field& field : fields) {
    if (field.id != FieldId::cookie) continue;
    std::string_view cookies = field.value;
    std::string_view found;
    std::string_view value;
    while (next_cookie(cookies, found, value))
      if (found == name && wanted(value)) return true;
  }
  return false;
}

}  // namespace headgate::http
