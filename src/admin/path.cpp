#include "admin/path.hpp"

#include <utility>

#include "base/ascii.hpp"

namespace headgate::admin {
namespace {

/// Takes the segment after the next slash off `path`.
std::optional<std::string_view> next_segment(std::string_view& path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = base::hex_value(text[i + 1]);
    const int low = base::hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace

std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view target) {
  std::string_view path = target.substr(0, target.find('?'));
  std::vector<std::string> names;
  while (!pattern.empty()) {
    const auto wanted = next_segment(pattern);
    const auto segment = next_segment(path);
    if (!wanted || !segment) return std::nullopt;
    if (*wanted != "*") {
      if (*segment != *wanted) return std::nullopt;
      continue;
    }
    auto name = decoded(*segment);
    if (!name || name->empty()) return std::nullopt;
    names.push_back(*std::move(name));
  }
  if (!path.empty()) return std::nullopt;
  return names;
}

}  // namespace headgate::admin
