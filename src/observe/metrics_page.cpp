#include "observe/metrics_page.hpp"

#include <fmt/format.h>

#include <iterator>
#include <string_view>

#include "base/ascii.hpp"
#include "observe/duration_histogram.hpp"
#include "observe/metric.hpp"

namespace headgate::observe {
namespace {

constexpr std::string_view introduction =
    "# Metrics\n\n"
    "`GET /metrics` of the [admin listener](admin.md), in Prometheus' text format. This page is generated from "
    "`src/observe/metric.hpp`.\n\n"
    "Labels hold names of the configuration (`route`, `upstream`, `backend`) and words of Headgate's own, never what a "
    "client sent: how many series there are follows from the configuration. Counters begin at zero with the process "
    "and survive reloads; what a reload takes out of the configuration goes away with its series.\n\n"
    "```yaml\n"
    "scrape_configs:\n"
    "  - job_name: headgate\n"
    "    authorization: { credentials_file: /etc/prometheus/headgate.token }   # with admin.token\n"
    "    static_configs: [ { targets: [ \"10.0.0.7:9901\" ] } ]\n"
    "```\n\n";

std::string labels_of(const MetricInfo& metric) {
  std::string cell;
  for (std::string_view rest = metric.labels; !rest.empty();)
    cell += fmt::format("{}`{}`", cell.empty() ? "" : ", ", base::next_list_element(rest));
  return cell;
}

}  // namespace

std::string metrics_markdown() {
  std::string page{introduction};
  page += "Buckets of the histograms, in seconds:";
  for (const std::uint64_t bound : DurationHistogram::bounds)
    page += fmt::format(" {}", static_cast<double>(bound) / 1e9);
  page += ".\n\n| Metric | Type | Labels | What it says |\n|---|---|---|---|\n";
  for (const MetricInfo& metric : metric_table)
    fmt::format_to(std::back_inserter(page), "| `{}` | {} | {} | {} |\n", metric.name, to_string(metric.type),
                   labels_of(metric), metric.help);
  return page;
}

}  // namespace headgate::observe
