// Whole suites of others, with real stacks on both sides of the proxy; each starts its own origin:
// peers/grpc_suite.mjs (@grpc/grpc-js: all kinds of calls, metadata, trailers, status, deadlines, cancellation) and
// peers/ws_suite.mjs (ws: handshakes, frames, fragments, closes, limits, backpressure, compression).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/http2_proxy.hpp"
#include "support/npm_packages.hpp"
#include "support/prerequisites.hpp"
#include "support/script_origin.hpp"
#include "support/test_certificate.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

std::string free_port() {
  const FakeUpstream upstream{reply(200)};
  return upstream.address().substr(upstream.address().rfind(':') + 1);
}

/// The parameter: over TLS.
class Suite : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    HEADGATE_SKIP_IF_MISSING(npm_packages().missing);
    const base::PemPair pem = make_certificate({"localhost"});
    write_file(folder_ / "site.pem", pem.certificates);
    write_file(folder_ / "site.key", pem.key);
  }
  [[nodiscard]] Config config() const {
    const Config plain = both_protocols(route_all_to({"http://127.0.0.1:" + origin_port_}));
    if (!GetParam()) return plain;
    return plain.with("/listeners/0/tls/certificates/0/certificate", folder_ / "site.pem")
        .with("/listeners/0/tls/certificates/0/key", folder_ / "site.key");
  }
  [[nodiscard]] Finished run_suite(const std::string& script, const ProxyUnderTest& proxy) const {
    std::vector<std::string> command{"node", peer(script), proxy.address(), origin_port_};
    if (GetParam()) command.emplace_back("--tls");
    return run(command, {{}, {"NPM_DIR=" + npm_packages().folder}}, 100s);
  }

  TemporaryFolder folder_;
  const std::string origin_port_ = free_port();
};

TEST_P(Suite, OfGrpcPassesWhole) {
  ProxyUnderTest proxy{config().with("/upstreams/origin/protocol", "h2")};

  const Finished finished = run_suite("grpc_suite.mjs", proxy);

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("grpc: 31/31"));
}

TEST_P(Suite, OfWebSocketsPassesWhole) {
  ProxyUnderTest proxy{config()};

  const Finished finished = run_suite("ws_suite.mjs", proxy);

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("websocket: 64/64"));
}

INSTANTIATE_TEST_SUITE_P(Transports, Suite, ::testing::Bool(),
                         [](const auto& given) { return given.param ? "Tls" : "Plain"; });

}  // namespace
}  // namespace headgate::testing
