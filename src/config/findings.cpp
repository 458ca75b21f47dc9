#include "config/findings.hpp"

#include <algorithm>
#include <utility>

namespace headgate::config {

Findings::Findings(std::string_view text) : line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] == '\n') line_starts_.push_back(i + 1);
}

void Findings::error(std::size_t offset, std::string pointer, std::string message) {
  errors_.push_back({offset, std::move(pointer), std::move(message)});
}

void Findings::warning(std::size_t offset, std::string pointer, std::string message) {
  warnings_.push_back({offset, std::move(pointer), std::move(message)});
}

std::vector<Diagnostic> Findings::located(std::vector<Finding> findings) const {
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.offset < b.offset; });
  std::vector<Diagnostic> out;
  for (Finding& finding : findings) {
    const auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), finding.offset);
    const auto line = static_cast<std::size_t>(after - line_starts_.begin());
    Diagnostic located{line, finding.offset - line_starts_[line - 1] + 1, std::move(finding.pointer),
                       std::move(finding.message)};
    if (std::find(out.begin(), out.end(), located) == out.end()) out.push_back(std::move(located));
  }
  return out;
}

}  // namespace headgate::config
