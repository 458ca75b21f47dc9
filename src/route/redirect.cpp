#include "route/redirect.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "base/path.hpp"
#include "config/location.hpp"

namespace headgate::route {

Redirect::Redirect(const config::Redirect& settings) : status_{settings.status} {
  const std::string_view text = settings.location;
  if (const auto problem = config::location_problem(text)) throw std::invalid_argument{"redirect: " + *problem};
  on_this_host_ = text.starts_with("${path}") || (text.starts_with('/') && !text.starts_with("//"));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t variable = std::min(text.find("${", at), text.size());
    if (variable > at) parts_.push_back({Source::literal, std::string{text.substr(at, variable - at)}});
    if (variable == text.size()) break;
    const std::size_t end = text.find('}', variable);
    add_variable(text.substr(variable + 2, end - variable - 2));
    at = end + 1;
  }
}

void Redirect::add_variable(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Source>, 4> names{
      {{"scheme", Source::scheme}, {"host", Source::host}, {"path", Source::path}, {"query", Source::query}}};
  const auto* const found = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == name; });
  if (found == names.end()) throw std::invalid_argument{"redirect: unknown variable ${" + std::string{name} + "}"};
  if (found->second == Source::host) needs_host_ = true;
  parts_.push_back({found->second, {}});
}

bool Redirect::append_location(std::string& out, const RequestHead& request, std::string_view normalised_path,
                               std::string_view scheme) const {
  std::string scratch;
  const std::string_view host = needs_host_ ? base::normalise_host(request.authority, scratch) : std::string_view{};
  if (needs_host_ && host.empty()) return false;
  const std::size_t begin = out.size();
  for (const Part& part : parts_) {
    if (part.source == Source::literal) out += part.literal;
    if (part.source == Source::scheme) out += scheme;
    if (part.source == Source::host) out += host;
    if (part.source == Source::path) out += normalised_path;
    if (part.source == Source::query && request.has_query) (out += '?') += request.query;
  }
  if (on_this_host_) {
    const std::size_t run_end = std::min(out.find_first_not_of("/\\", begin + 1), out.size());
    out.erase(begin + 1, run_end - begin - 1);
  }
  return true;
}

}  // namespace headgate::route
