#include "http/error_templates.hpp"

#include <cstddef>
#include <utility>

namespace headgate::http {
namespace {

std::string_view html_entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

/// The values have no control characters: reason phrases are ours, request ids are checked.
void append_escaped(std::string& out, std::string_view value, PageType type) {
  for (const char c : value) {
    if (type == PageType::json && (c == '"' || c == '\\')) out += '\\';
    const std::string_view entity = type == PageType::html ? html_entity(c) : std::string_view{};
    if (entity.empty())
      out += c;
    else
      out += entity;
  }
}

}  // namespace

void ErrorTemplates::add(std::string_view key, PageType type, std::string text) {
  std::uint16_t status = 0;
  for (const char c : key)
    if (c != 'x') status = static_cast<std::uint16_t>(status * 10 + (c - '0'));
  by_status_[status][static_cast<std::size_t>(type)] = std::move(text);
}

const std::string* ErrorTemplates::find(std::uint16_t status, PageType type) const {
  for (const int key : {int{status}, status / 100}) {
    const auto found = by_status_.find(static_cast<std::uint16_t>(key));
    if (found == by_status_.end()) continue;
    const std::string& text = found->second[static_cast<std::size_t>(type)];
    if (!text.empty()) return &text;
  }
  return nullptr;
}

std::string fill(std::string_view text, PageType type, const ErrorValues& values) {
  const std::string status = std::to_string(values.status);
  const std::pair<std::string_view, std::string_view> known[]{
      {"${status}", status}, {"${reason}", values.reason}, {"${request_id}", values.request_id}};
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t dollar = text.find('$');
    out.append(text.substr(0, dollar));
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    std::size_t length = 0;
    for (const auto& [name, value] : known) {
      if (!text.starts_with(name)) continue;
      append_escaped(out, value, type);
      length = name.size();
    }
    if (length == 0) out += text[length++];
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace headgate::http
