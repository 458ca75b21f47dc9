#include "route/query.hpp"

#include <algorithm>
#include <cstddef>

#include "base/ascii.hpp"

namespace headgate::route {
namespace {

bool decodes_to(std::string_view encoded, std::string_view plain) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < encoded.size(); ++i, ++at) {
    char c = encoded[i] == '+' ? ' ' : encoded[i];
    if (c == '%' && i + 2 < encoded.size() && base::hex_value(encoded[i + 1]) >= 0 &&
        base::hex_value(encoded[i + 2]) >= 0) {
      c = static_cast<char>(base::hex_value(encoded[i + 1]) * 16 + base::hex_value(encoded[i + 2]));
      i += 2;
    }
    if (at == plain.size() || plain[at] != c) return false;
  }
  return at == plain.size();
}

}  // namespace

bool has_parameter(std::string_view query, std::string_view name, std::string_view value) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!decodes_to(pair.substr(0, equals), name)) continue;
    if (value == "*" || decodes_to(pair.substr(std::min(equals + 1, pair.size())), value)) return true;
  }
  return false;
}

}  // namespace headgate::route
