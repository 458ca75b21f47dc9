#include "observe/metrics_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>

#include "observe/metric.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::observe {
namespace {

const std::string page_path = std::string{HEADGATE_SOURCE_DIR} + "/docs/metrics.md";

TEST(MetricsPage, TheCommittedPageIsTheGeneratedOne) {  // HEADGATE_UPDATE_GOLDEN=1 rewrites it
  if (std::getenv("HEADGATE_UPDATE_GOLDEN") != nullptr) std::ofstream{page_path} << metrics_markdown();

  EXPECT_EQ(testing::read_file(page_path), metrics_markdown());
}

TEST(Metrics, HaveNamesOfTheirOwnThatSayTheirType) {
  std::set<std::string_view> names;

  for (const MetricInfo& metric : metric_table) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name;
    EXPECT_EQ(metric.name.ends_with("_total"), metric.type == MetricType::counter) << metric.name;
    EXPECT_TRUE(metric.name.starts_with("headgate_") || metric.name.starts_with("process_")) << metric.name;
    EXPECT_TRUE(metric.help.ends_with('.') && metric.help.find('\n') == std::string_view::npos) << metric.name;
    EXPECT_EQ(metric.help.find('|'), std::string_view::npos) << metric.name;  // it would end the table's cell
  }
}

}  // namespace
}  // namespace headgate::observe
