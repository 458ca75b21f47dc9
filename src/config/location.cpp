#include "config/location.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace headgate::config {
namespace {

constexpr bool is_slash(char c) { return c == '/' || c == '\\'; }

/// "https://", "https:" and "//": what comes next is taken for the host.
bool lacks_host(std::string_view text) {
  const std::size_t colon = text.find(':');
  const bool has_scheme = colon != std::string_view::npos && colon < text.find('/');
  if (has_scheme) text.remove_prefix(colon + 1);
  return std::all_of(text.begin(), text.end(), is_slash) && (has_scheme || text.size() > 1);
}

Problem variable_problem(std::string_view before, std::string_view name) {
  constexpr std::array<std::string_view, 4> variables{"scheme", "host", "path", "query"};
  if (std::find(variables.begin(), variables.end(), name) == variables.end())
    return "a location's variables are ${scheme}, ${host}, ${path} and ${query}";
  if (name != "host" && lacks_host(before))
    return "${" + std::string{name} + "} stands where the host belongs: clients could name it";
  return std::nullopt;
}

}  // namespace

Problem location_problem(std::string_view text) {
  if (text.empty()) return "a location has at least one character";
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; }))
    return "a location holds visible ASCII only; percent-encode the rest";
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const auto end = text.find('}', at);
    if (end == std::string_view::npos) return "a variable lacks its closing brace";
    if (auto problem = variable_problem(text.substr(0, at), text.substr(at + 2, end - at - 2))) return problem;
  }
  return std::nullopt;
}

}  // namespace headgate::config
