#include "observe/exposition.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/ascii.hpp"

namespace headgate::observe {
namespace {

void append_escaped_label(std::string& out, std::string_view value) {
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
}

constexpr double per_second = 1e9;  // nanoseconds

}  // namespace

void Exposition::begin(Metric metric) {
  metric_ = &info(metric);
  fmt::format_to(std::back_inserter(text_), "# HELP {0} {1}\n# TYPE {0} {2}\n", metric_->name, metric_->help,
                 to_string(metric_->type));
}

void Exposition::append_series(std::string_view suffix, Labels labels, std::string_view bound) {
  text_ += metric_->name;
  text_ += suffix;
  std::string_view names = metric_->labels;
  char separator = '{';
  const auto append = [&](std::string_view name, std::string_view value) {
    text_ += separator;
    separator = ',';
    text_ += name;
    text_ += "=\"";
    append_escaped_label(text_, value);
    text_ += '"';
  };
  for (const std::string_view value : labels) append(base::next_list_element(names), value);
  if (!bound.empty()) append("le", bound);
  text_ += separator == '{' ? " " : "} ";
}

void Exposition::sample(Labels labels, std::uint64_t value) {
  append_series("", labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void Exposition::sample(Labels labels, double value) {
  append_series("", labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", value);
}

void Exposition::histogram(Labels labels, const DurationHistogram::Totals& totals) {
  std::uint64_t below = 0;
  for (std::size_t i = 0; i < totals.buckets.size(); ++i) {
    below += totals.buckets[i];
    const bool last = i == DurationHistogram::bounds.size();
    append_series("_bucket", labels,
                  last ? "+Inf" : fmt::format("{}", static_cast<double>(DurationHistogram::bounds[i]) / per_second));
    fmt::format_to(std::back_inserter(text_), "{}\n", below);
  }
  append_series("_sum", labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", static_cast<double>(totals.sum) / per_second);
  append_series("_count", labels);
  fmt::format_to(std::back_inserter(text_), "{}\n", below);
}

}  // namespace headgate::observe
