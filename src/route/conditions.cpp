#include "route/conditions.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "route/query.hpp"

namespace headgate::route {
namespace {

constexpr std::uint32_t bit(Method method) { return 1U << static_cast<unsigned>(method); }

bool has_field(const Fields& fields, std::string_view name, std::string_view value) {
  return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
    return base::iequals(field.name, name) && (value == "*" || field.value == value);
  });
}

}  // namespace

Conditions::Conditions(const config::Match& match)
    : count_{static_cast<std::uint32_t>((match.methods.empty() ? 0 : 1) + match.headers.size() + match.query.size())},
      methods_{match.methods},
      headers_{match.headers},
      query_{match.query} {
  const auto has = [&](std::string_view name) {
    return std::find(methods_.begin(), methods_.end(), name) != methods_.end();
  };
  if (has("GET") && !has("HEAD")) methods_.emplace_back("HEAD");  // RFC 9110 s9.1: a server supports both or neither
  for (const std::string& name : methods_) known_methods_ |= bit(method_of(name));
  known_methods_ &= ~bit(Method::other);  // those are compared by token
}

bool Conditions::method_holds(const RequestHead& request) const {
  if (methods_.empty()) return true;
  if (request.method != Method::other) return (known_methods_ & bit(request.method)) != 0;
  return std::find(methods_.begin(), methods_.end(), request.method_token) != methods_.end();
}

Verdict Conditions::judge_all(const RequestHead& request) const {
  for (const auto& [name, value] : headers_)
    if (!has_field(request.fields, name, value)) return Verdict::no;
  for (const auto& [name, value] : query_)
    if (!has_parameter(request.query, name, value)) return Verdict::no;
  return method_holds(request) ? Verdict::yes : Verdict::other_method;
}

}  // namespace headgate::route
