#include "observe/exposition.hpp"

#include <gtest/gtest.h>

namespace headgate::observe {
namespace {

constexpr std::uint64_t ms = DurationHistogram::ms;

DurationHistogram::Totals totals(std::initializer_list<std::uint64_t> nanoseconds) {
  DurationHistogram histogram;
  for (const std::uint64_t time : nanoseconds) histogram.record(time);
  return DurationHistogram::Totals{} += histogram;
}

TEST(Exposition, WritesHelpTypeAndSamples) {
  Exposition text;

  text.begin(Metric::state_errors);
  text.sample({"redis"}, std::uint64_t{3});
  text.single(Metric::workers, std::uint64_t{2});

  EXPECT_EQ(text.take(),
            "# HELP headgate_state_errors_total Failures of the state store.\n"
            "# TYPE headgate_state_errors_total counter\n"
            "headgate_state_errors_total{store=\"redis\"} 3\n"
            "# HELP headgate_workers Threads that serve clients.\n"
            "# TYPE headgate_workers gauge\n"
            "headgate_workers 2\n");
}

TEST(Exposition, EscapesLabels) {
  Exposition text;
  text.begin(Metric::backend_up);

  text.sample({"a\"b\\c\nd", "x"}, std::uint64_t{1});

  EXPECT_NE(text.take().find(R"({upstream="a\"b\\c\nd",backend="x"} 1)"), std::string::npos);
}

TEST(Exposition, WritesHistogramsWithAllThatIsBelowEachBound) {
  Exposition text;
  text.begin(Metric::request_duration);

  text.histogram({"all"}, totals({ms / 2, 2 * ms, 60'000 * ms}));

  const std::string all = text.take();
  for (const char* line :
       {"_bucket{route=\"all\",le=\"0.0005\"} 1\n", "_bucket{route=\"all\",le=\"0.001\"} 1\n",
        "_bucket{route=\"all\",le=\"0.0025\"} 2\n", "_bucket{route=\"all\",le=\"30\"} 2\n",
        "_bucket{route=\"all\",le=\"+Inf\"} 3\n", "_sum{route=\"all\"} 60.0025\n", "_count{route=\"all\"} 3\n"})
    EXPECT_NE(all.find(line), std::string::npos) << line << all;
}

TEST(DurationHistogram, EstimatesQuantilesWithinTheirBucket) {
  const auto fast = totals({ms, ms, ms, ms});
  const auto mixed = totals({ms, ms, ms, 400 * ms});

  EXPECT_EQ(fast.quantile(0.5), 3 * ms / 4);
  EXPECT_EQ(mixed.quantile(0.99) / ms, 490U);
  EXPECT_EQ(totals({}).quantile(0.5), 0U);
  EXPECT_EQ(totals({99'000 * ms}).quantile(0.5), 30'000 * ms);
}

TEST(DurationHistogram, TellsWhatCameBetweenTwoReadings) {
  const auto between = totals({ms, 3 * ms}) - totals({ms});

  EXPECT_EQ(between.count(), 1U);
  EXPECT_EQ(between.sum, 3 * ms);
}

}  // namespace
}  // namespace headgate::observe
