// WebSockets of the package ws, client and server, through the proxy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>

#include "support/admin_api.hpp"
#include "support/http2_proxy.hpp"
#include "support/prerequisites.hpp"
#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"
#include "support/script_origin.hpp"
#include "support/test_certificate.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;

/// The parameter: over TLS.
class WebSockets : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    HEADGATE_SKIP_IF_MISSING(missing_ws());
    origin_ = std::make_unique<ScriptOrigin>(std::vector<std::string>{"node", peer("ws_origin.mjs")});
  }
  [[nodiscard]] Config config() const {
    const Config plain = route_all_to({origin_->url()});
    if (!GetParam()) return plain;
    const base::PemPair pem = make_certificate({"localhost"});
    replace_file(folder_ / "site.pem", pem.certificates);
    replace_file(folder_ / "site.key", pem.key);
    return plain.with("/listeners/0/tls/certificates/0/certificate", folder_ / "site.pem")
        .with("/listeners/0/tls/certificates/0/key", folder_ / "site.key");
  }
  [[nodiscard]] static std::vector<std::string> client(const ProxyUnderTest& proxy, const std::string& scenario,
                                                       const std::string& argument = "") {
    return {"node", peer("ws_client.mjs"), (GetParam() ? "wss://" : "ws://") + proxy.address(), scenario, argument};
  }
  /// Over HTTP/2 (RFC 8441).
  [[nodiscard]] static std::string result_over_http2(const ProxyUnderTest& proxy, const std::string& scenario,
                                                     const std::string& argument = "") {
    const std::string url = (GetParam() ? "https://" : "http://") + proxy.address();
    const Finished finished = run({"node", peer("h2_websocket_client.mjs"), url, scenario, argument});
    return finished.out + finished.err;
  }
  [[nodiscard]] static std::string result(const ProxyUnderTest& proxy, const std::string& scenario,
                                          const std::string& argument = "") {
    const Finished finished = run(client(proxy, scenario, argument));
    return finished.out + finished.err;
  }

  TemporaryFolder folder_;
  std::unique_ptr<ScriptOrigin> origin_;
};

TEST_P(WebSockets, CarryFragmentsPingsAndCloseCodes) {
  ProxyUnderTest proxy{config()};

  EXPECT_EQ(result(proxy, "fragments"), "ok\n");
  EXPECT_EQ(result(proxy, "pings"), "ok\n");
  EXPECT_EQ(result(proxy, "closes"), "ok\n");
}

TEST_P(WebSockets, CarryAMessageOf64MiBThereAndBack) {
  ProxyUnderTest proxy{config()};

  EXPECT_EQ(result(proxy, "large", std::to_string(64 << 20)), "ok\n");
  if (!sanitized) {
    EXPECT_LT(proxy.peak_rss(), 64 * 1024);
  }
}

TEST_P(WebSockets, AreOpenInAThousandAtOnce) {
  ProxyUnderTest proxy{config().with("/admin/address", "127.0.0.1:0")};

  EXPECT_EQ(result(proxy, "many", "1000"), "ok\n");
  const AdminApi admin{proxy};
  EXPECT_EQ(admin.get("/api/v1/status")["routes"][1]["tunnels"]["opened"], 1001);
  EXPECT_TRUE(wait_until([&] { return admin.get("/api/v1/status")["connections"]["tunnels"] == 0; }));
}

TEST_P(WebSockets, SeeAnEndWhenTheDrainIsOver) {
  ProxyUnderTest proxy{config().with("/timeouts/drain", "300ms")};
  ChildProcess waiting{client(proxy, "stay")};
  ASSERT_TRUE(wait_until([&] { return waiting.out() == "open\n"; }));

  proxy.signal(SIGTERM);

  EXPECT_EQ(proxy.wait_for_exit(), 0);
  EXPECT_TRUE(wait_until([&] { return !waiting.running(); }));
  EXPECT_THAT(waiting.out(), EndsWith("1006\nok\n"));
}

TEST_P(WebSockets, OpenOnStreamsOfHttp2) {
  ProxyUnderTest proxy{both_protocols(config()).with("/logging/access", true)};

  EXPECT_EQ(result_over_http2(proxy, "echo"), "ok\n");
  EXPECT_EQ(result_over_http2(proxy, "closes"), "ok\n");
  EXPECT_EQ(result_over_http2(proxy, "refused"), "ok\n");
  EXPECT_EQ(result(proxy, "fragments"), "ok\n");  // of HTTP/1.1, beside them
  const LogRecord line = proxy.wait_for_access_log();
  EXPECT_EQ(line["protocol"], "HTTP/2.0");
  EXPECT_EQ(line["method"], "GET");
  EXPECT_EQ(line["status"], "200");
  EXPECT_EQ(line["bytes_received"], "11");
}

TEST_P(WebSockets, CarryALargeMessageOnAStreamOfHttp2) {
  ProxyUnderTest proxy{both_protocols(config())};

  EXPECT_EQ(result_over_http2(proxy, "large", std::to_string(16 << 20)), "ok\n");
  if (!sanitized) {
    EXPECT_LT(proxy.peak_rss(), 64 * 1024);
  }
}

TEST_P(WebSockets, ShareAConnectionOfHttp2) {
  ProxyUnderTest proxy{both_protocols(config()).with("/admin/address", "127.0.0.1:0")};

  EXPECT_EQ(result_over_http2(proxy, "many", "100"), "ok\n");
  const AdminApi admin{proxy};
  EXPECT_TRUE(wait_until([&] { return admin.get("/api/v1/status")["connections"]["tunnels"] == 0; }));
}

INSTANTIATE_TEST_SUITE_P(System, WebSockets, ::testing::Bool(),
                         [](const auto& given) { return given.param ? "OverTls" : "Plain"; });

}  // namespace
}  // namespace headgate::testing
