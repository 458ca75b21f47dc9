#include "base/field_change.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/authority.hpp"

namespace headgate::base {

const char* name_problem(std::string_view name) {
  return is_field_name(name) ? nullptr : "a header name holds letters, digits and !#$%&'*+-.^_`|~ only";
}

const char* change_problem(FieldChange change, std::string_view name) {
  if (const char* problem = name_problem(name)) return problem;
  if (is_framing_field(name)) return "Headgate manages this field itself, for the connection's sake";
  // RFC 9112 s3.2: a request has exactly one.
  if (change != FieldChange::set && iequals(name, "host")) return "Host can be set, but neither added nor removed";
  return nullptr;
}

const char* value_problem(std::string_view name, std::string_view value) {
  if (!std::all_of(value.begin(), value.end(), is_field_value_char))
    return "a header value cannot hold control characters or line breaks";
  if (!is_field_value(value)) return "a header value does not begin or end with white space";
  if (iequals(name, "host")) {
    if (value.empty()) return "a Host that is set is not empty";
    if (!is_valid_authority(value)) return "a Host is a host with an optional port";
  }
  return nullptr;
}

}  // namespace headgate::base
