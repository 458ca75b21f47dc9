#include "balance/hash.hpp"

#include "base/ascii.hpp"
#include "http/cookie.hpp"

namespace headgate::balance {
namespace {

std::string_view field_value(const Fields& fields, std::string_view name) {
  for (const Field& field : fields)
    if (base::iequals(field.name, name)) return field.value;
  return {};
}

std::string_view cookie_value(const Fields& fields, std::string_view name) {
  std::string_view value;
  http::find_cookie(fields, name, [&](std::string_view found) {
    value = found;
    return true;
  });
  return value;
}

}  // namespace

std::optional<std::uint64_t> Hash::key_of(const RequestHead& request) const {
  if (source_.source == HashKey::Source::uri) {
    const std::uint64_t path = HashRing::hash(request.path);
    return request.has_query ? HashRing::hash(request.query, path) : path;
  }
  const bool by_header = source_.source == HashKey::Source::header;
  const std::string_view value =
      by_header ? field_value(request.fields, source_.name) : cookie_value(request.fields, source_.name);
  return value.empty() ? std::nullopt : std::optional{HashRing::hash(value)};
}

std::optional<std::size_t> Hash::pick(const Candidates& candidates, const PickInput& input) {
  const auto key = key_of(input.request);
  return choice_.choose(candidates, key ? *key : choice_.client_key(input.client_ip));
}

}  // namespace headgate::balance
