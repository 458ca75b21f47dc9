// What the metrics say of real traffic, and what Prometheus makes of them.
#include <gmock/gmock.h>

#include "support/admin_api.hpp"
#include "support/load.hpp"
#include "support/prerequisites.hpp"

namespace headgate::testing {
namespace {

TEST(Metrics, CountRequestsOfRoutesAndBackends) {
  FakeUpstream upstream{FakeUpstream::Handler{
      [](const Request& request) { return reply(request.target == "/missing" ? 404 : 200, "hello"); }}};
  ProxyUnderTest proxy{with_admin(route_all_to(upstream)).with("/routes/0/match/path_prefix", "/")};
  const AdminApi admin{proxy};
  {
    RawClient client{proxy.address()};
    for (int i = 0; i < 3; ++i) client.get("/");
    client.get("/missing");
    client.post("/", "12345678");
  }
  const std::string backend = R"(upstream="origin",backend=")" + upstream.address() + '"';

  EXPECT_TRUE(admin.counts(R"(headgate_requests_total{route="all",status="2xx"})", 4));
  EXPECT_TRUE(admin.counts(R"(headgate_requests_total{route="all",status="4xx"})", 1));
  EXPECT_TRUE(admin.counts(R"(headgate_request_duration_seconds_count{route="all"})", 5));
  EXPECT_TRUE(admin.counts(R"(headgate_request_body_bytes_total{route="all"})", 8));
  EXPECT_TRUE(admin.counts(R"(headgate_response_body_bytes_total{route="all"})", 25));
  EXPECT_TRUE(admin.counts("headgate_backend_requests_total{" + backend + R"(,status="2xx"})", 4));
  EXPECT_TRUE(admin.counts("headgate_backend_first_byte_seconds_count{" + backend + "}", 5));
  EXPECT_TRUE(admin.counts("headgate_pool_connections_opened_total{" + backend + "}", 1));
  EXPECT_TRUE(admin.counts("headgate_pool_connections_reused_total{" + backend + "}", 4));
  EXPECT_TRUE(admin.counts("headgate_backend_up{" + backend + "}", 1));
  EXPECT_TRUE(admin.counts("headgate_client_connections_accepted_total", 1));
}

TEST(Metrics, CountWhatMatchedNoRouteAndWhatWasNoRequest) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{with_admin(route_all_to(upstream)).with("/routes/0/match/path_prefix", "/only")};
  const AdminApi admin{proxy};

  RawClient{proxy.address()}.get("/");
  RawClient{proxy.address()}.ask("nonsense\r\n\r\n");

  EXPECT_TRUE(admin.counts(R"(headgate_requests_total{route="",status="4xx"})", 2));
  EXPECT_TRUE(admin.counts(R"(headgate_failures_total{cause="NO_ROUTE"})", 1));
  EXPECT_TRUE(admin.counts(R"(headgate_failures_total{cause="CLIENT_BAD_REQUEST_LINE"})", 1));
}

TEST(Metrics, CountRetriesAndFailures) {
  FakeUpstream good{reply(200)};
  ProxyUnderTest proxy{with_admin(route_all_to({"http://127.0.0.1:1", good.url()}))};
  const AdminApi admin{proxy};
  RawClient client{proxy.address()};

  for (int i = 0; i < 4; ++i) EXPECT_EQ(client.get("/").status, 200);

  const std::string bad = R"(upstream="origin",backend="127.0.0.1:1")";
  const double failures = admin.metric("headgate_backend_failures_total{" + bad + "}");
  EXPECT_GT(failures, 0);
  EXPECT_TRUE(admin.counts(R"(headgate_upstream_retries_total{upstream="origin"})", failures));
  EXPECT_TRUE(admin.counts("headgate_backend_requests_total{" + bad + R"(,status="none"})", failures));
  EXPECT_TRUE(admin.counts(R"(headgate_failures_total{cause="UPSTREAM_CONNECT_FAILED"})", failures));
  EXPECT_TRUE(admin.counts(R"(headgate_backend_retries_total{upstream="origin",backend=")" + good.address() + R"("})",
                           failures));
}

TEST(Metrics, SurviveReloads) {
  FakeUpstream upstream{reply(200)};
  const Config config = with_admin(route_all_to(upstream)).with("/workers", 2);
  ProxyUnderTest proxy{config};
  const AdminApi admin{proxy};
  RawClient{proxy.address()}.get("/");

  ASSERT_EQ(proxy.reload(config.with("/timeouts/client_idle", "7s")), "applied");
  RawClient{proxy.address()}.get("/");

  EXPECT_TRUE(admin.counts(R"(headgate_requests_total{route="all",status="2xx"})", 2));
  EXPECT_TRUE(admin.counts("headgate_config_generation", 2));
  EXPECT_TRUE(admin.counts(R"(headgate_config_reloads_total{result="applied"})", 1));
}

TEST(Metrics, PleasePromtoolUnderLoad) {
  HEADGATE_NEEDS("promtool");
  FakeUpstream a{reply(200)};
  FakeUpstream b{reply(200)};
  ProxyUnderTest proxy{with_admin(route_all_to({a.url(), b.url()})).with("/workers", 2)};
  const std::string address = proxy.address();
  Load load{[&] { return address; }, 2};
  ASSERT_TRUE(wait_until([&] { return load.served() > 100; }));

  write_file(proxy.folder() / "metrics", AdminApi{proxy}.text("/metrics"));
  const Finished checked = run({"sh", "-c", "promtool check metrics < " + (proxy.folder() / "metrics").string()});

  EXPECT_EQ(checked.exit_code, 0);
  EXPECT_EQ(checked.out + checked.err, "");
}

TEST(Metrics, AreScrapedByPrometheus) {
  HEADGATE_NEEDS("prometheus");
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{with_admin(route_all_to(upstream)).with("/admin/token", "s3cret")};
  for (int i = 0; i < 3; ++i) RawClient{proxy.address()}.get("/");
  const TemporaryFolder folder;
  write_file(folder / "prometheus.yml",
             "global: { scrape_interval: 200ms, scrape_timeout: 200ms }\n"
             "scrape_configs:\n"
             "  - job_name: headgate\n"
             "    authorization: { credentials: s3cret }\n"
             "    static_configs: [ { targets: [ \"" +
                 proxy.address("admin") + "\" ] } ]\n");
  const std::string listen = local_address(listen_on("127.0.0.1:0"));  // free again by now
  const ChildProcess prometheus{{"prometheus", "--config.file=" + (folder / "prometheus.yml"),
                                 "--web.listen-address=" + listen, "--storage.tsdb.path=" + (folder / "data"),
                                 "--log.level=error"}};
  ASSERT_TRUE(wait_until([&] { return accepts_connections(listen); }));
  const auto query = [&](const std::string& expression) {
    const Response response = RawClient{listen}.get("/api/v1/query?query=" + expression);
    if (response.status != 200) return std::string{};  // it is not ready yet
    const json result = json::parse(response.body).at("data").at("result");
    return result.empty() ? std::string{} : result.at(0).at("value").at(1).get<std::string>();
  };

  EXPECT_TRUE(
      wait_until([&] { return query("headgate_requests_total%7Bstatus%3D%222xx%22%2Croute%3D%22all%22%7D") == "3"; }));

  EXPECT_EQ(query("up%7Bjob%3D%22headgate%22%7D"), "1");
  EXPECT_EQ(query("headgate_ready"), "1");
  EXPECT_NE(query("histogram_quantile(0.5%2Cheadgate_request_duration_seconds_bucket%7Broute%3D%22all%22%7D)"), "");
}

}  // namespace
}  // namespace headgate::testing
