#include "route/redirect.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "route/path.hpp"

namespace headgate::route {
namespace {

constexpr bool is_slash(char c) { return c == '/' || c == '\\'; }

}  // namespace

Redirect::Redirect(const config::Redirect& settings) : status_{settings.status} {
  const std::string_view text = settings.location;
  on_this_host_ = text.starts_with("${path}") || (text.starts_with('/') && !text.starts_with("//"));
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t variable = std::min(text.find("${", at), text.size());
    if (variable > at) add_literal(text.substr(at, variable - at));
    if (variable == text.size()) break;
    const std::size_t end = text.find('}', variable);
    if (end == std::string_view::npos) throw std::invalid_argument{"redirect: a variable lacks its closing brace"};
    add_variable(text.substr(variable + 2, end - variable - 2));
    at = end + 1;
  }
}

void Redirect::add_literal(std::string_view text) {
  const bool visible = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!visible) throw std::invalid_argument{"redirect: the location holds more than visible ASCII"};
  parts_.push_back({Source::literal, std::string{text}});
}

void Redirect::add_variable(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, Source>, 4> names{
      {{"scheme", Source::scheme}, {"host", Source::host}, {"path", Source::path}, {"query", Source::query}}};
  const auto* const found = std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == name; });
  if (found == names.end()) throw std::invalid_argument{"redirect: unknown variable ${" + std::string{name} + "}"};
  const bool host_missing = !parts_.empty() && parts_.back().literal.ends_with("//");
  if (host_missing && found->second != Source::host)
    throw std::invalid_argument{"redirect: a client could name the host, as nothing stands between // and ${" +
                                std::string{name} + "}"};
  parts_.push_back({found->second, {}});
}

bool Redirect::append_location(std::string& out, const RequestHead& request, std::string_view normalised_path,
                               std::string_view scheme) const {
  const std::size_t begin = out.size();
  std::string scratch;
  for (const Part& part : parts_) {
    switch (part.source) {
      case Source::literal:
        out += part.literal;
        break;
      case Source::scheme:
        out += scheme;
        break;
      case Source::path:
        out += normalised_path;
        break;
      case Source::host: {
        const std::string_view host = normalise_host(request.authority, scratch);
        if (host.empty()) {
          out.resize(begin);
          return false;
        }
        out += host;
        break;
      }
      case Source::query:
        if (!request.has_query) break;
        out += '?';
        out += request.query;
        break;
    }
  }
  if (on_this_host_) {
    const auto first = out.begin() + static_cast<std::ptrdiff_t>(begin);
    out.replace(first, std::find_if_not(first, out.end(), is_slash), "/");
  }
  return true;
}

}  // namespace headgate::route
