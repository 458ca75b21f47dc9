#include "admin/metrics_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "observe/metric.hpp"
#include "support/child_process.hpp"
#include "support/prerequisites.hpp"
#include "unit/admin/fake_proxy.hpp"

namespace headgate::admin {
namespace {

bool has_line(const std::string& text, const std::string& line) { return text.find(line + "\n") != std::string::npos; }

TEST(MetricsText, HasEveryMetricOfTheCatalogueOnce) {
  const std::string text = metrics_text(FakeProxy{});

  for (const observe::MetricInfo& metric : observe::metric_table) {
    const std::string head = "# TYPE " + std::string{metric.name} + " ";
    const std::size_t at = text.find(head);
    EXPECT_NE(at, std::string::npos) << metric.name;
    EXPECT_EQ(text.find(head, at + 1), std::string::npos) << metric.name;
  }
}

TEST(MetricsText, TellsWhichBackendIsOutAndWhy) {
  const std::string text = metrics_text(FakeProxy{});

  EXPECT_TRUE(has_line(text, R"(headgate_backend_up{upstream="web",backend="10.0.0.1:80"} 1)"));
  EXPECT_TRUE(has_line(text, R"(headgate_backend_up{upstream="web",backend="unix:/run/b.sock"} 0)"));
  EXPECT_TRUE(has_line(text, R"(headgate_backend_out{upstream="web",backend="unix:/run/b.sock",reason="ejected"} 1)"));
  EXPECT_TRUE(has_line(text, R"(headgate_backend_out{upstream="web",backend="unix:/run/b.sock",reason="drained"} 0)"));
}

TEST(MetricsText, TellsTrafficFailuresAndState) {
  const std::string text = metrics_text(FakeProxy{});

  for (const char* line :
       {R"(headgate_requests_total{route="all",status="2xx"} 5)", R"(headgate_failures_total{cause="NO_ROUTE"} 3)",
        R"(headgate_upstream_retries_total{upstream="web"} 7)", R"(headgate_state_degraded{store="redis"} 1)",
        R"(headgate_build_info{version="1.2.3"} 1)", "headgate_client_connections 3", "headgate_tunnels_open 2",
        R"(headgate_tunnels_total{route="all"} 6)", R"(headgate_tunnel_sent_bytes_total{route="all"} 7)",
        "headgate_ready 1"})
    EXPECT_TRUE(has_line(text, line)) << line;
  EXPECT_EQ(text.find("RELOAD_APPLIED"), std::string::npos);  // no failure
}

TEST(MetricsText, TellsWhenCertificatesExpire) {
  const auto until = std::chrono::duration_cast<std::chrono::seconds>(observe::at(observe::seven).time_since_epoch());

  EXPECT_NE(metrics_text(FakeProxy{})
                .find("headgate_certificate_expiry_timestamp_seconds"
                      R"({kind="certificate",listener="web",upstream="",file="tls/site.pem"} )" +
                      std::to_string(until.count())),
            std::string::npos);
}

TEST(MetricsText, IsWhatPromtoolLikes) {
  HEADGATE_NEEDS("promtool");
  const testing::TemporaryFolder folder;
  testing::write_file(folder / "metrics", metrics_text(FakeProxy{}));

  const auto checked = testing::run({"sh", "-c", "promtool check metrics < " + (folder / "metrics")});

  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.out + checked.err, "");
}

}  // namespace
}  // namespace headgate::admin
