#include "http/reserved_fields.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace headgate::http {
namespace {

constexpr std::string_view line_end = "\r\n";

bool same_name(std::string_view sent, std::string_view reserved) {
  const auto same = [](char a, char b) { return base::to_lower(a) == base::to_lower(b) || (a == '_' && b == '-'); };
  return std::ranges::equal(sent, reserved, same);
}

/// Calls `visit` with each whole line and the name in it, until it returns true.
template <class Visit>
bool any_line(std::string_view lines, Visit visit) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find(line_end), lines.size() - line_end.size()) + line_end.size();
    if (visit(lines.substr(0, end), lines.substr(0, lines.find(':')))) return true;
    lines.remove_prefix(end);
  }
  return false;
}

}  // namespace

bool is_reserved(std::string_view name, const ForwardingPolicy& policy, const ClientInfo& client) {
  if (std::ranges::any_of(policy.reserved, [&](const std::string& reserved) { return same_name(name, reserved); }))
    return true;
  return any_line(client.certificate_lines,
                  [&](std::string_view /*line*/, std::string_view told) { return same_name(name, told); });
}

std::string_view without_reserved(std::string_view lines, const ForwardingPolicy& policy, const ClientInfo& client,
                                  std::string& scratch) {
  const auto drops = [&](std::string_view name) { return is_reserved(name, policy, client); };
  if (!any_line(lines, [&](std::string_view /*line*/, std::string_view name) { return drops(name); })) return lines;
  scratch.clear();
  any_line(lines, [&](std::string_view line, std::string_view name) {
    if (!drops(name)) scratch.append(line);
    return false;
  });
  return scratch;
}

}  // namespace headgate::http
