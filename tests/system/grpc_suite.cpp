// gRPC with a real stack, @grpc/grpc-js of npm, on both sides of the proxy: all kinds of calls, metadata, trailers,
// status, deadlines and cancellation (peers/grpc_suite.mjs).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/http2_proxy.hpp"
#include "support/test_certificate.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

/// Where npm has put the packages, once for all runs of this build; empty: it cannot.
std::string packages() {
  const std::filesystem::path folder = std::filesystem::path{HEADGATE_BINARY}.parent_path() / "npm";
  if (!has_program("node") || !has_program("npm")) return {};
  if (!std::filesystem::exists(folder / "node_modules/@grpc/grpc-js")) {
    std::filesystem::create_directories(folder);
    write_file(folder / "package.json", "{}");
    const Finished installed = run({"npm", "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts",
                                    "@grpc/grpc-js@1.14.7", "@grpc/proto-loader@0.8.1"});
    if (installed.exit_code != 0) return {};
  }
  return folder;
}

std::string free_port() {
  const FakeUpstream upstream{reply(200)};
  return upstream.address().substr(upstream.address().rfind(':') + 1);
}

/// The parameter: over TLS.
class GrpcSuite : public ::testing::TestWithParam<bool> {};

TEST_P(GrpcSuite, PassesWhole) {
  const std::string npm = packages();
  if (npm.empty()) GTEST_SKIP() << "no node, or no package @grpc/grpc-js";
  const TemporaryFolder folder;
  const base::PemPair pem = make_certificate({"localhost"});
  write_file(folder / "site.pem", pem.certificates);
  write_file(folder / "site.key", pem.key);
  const std::string port = free_port();
  Config config = both_protocols(route_all_to({"http://127.0.0.1:" + port})).with("/upstreams/origin/protocol", "h2");
  if (GetParam())
    config = config.with("/listeners/0/tls/certificates/0/certificate", folder / "site.pem")
                 .with("/listeners/0/tls/certificates/0/key", folder / "site.key");
  ProxyUnderTest proxy{config};

  std::vector<std::string> command{
      "env",           "NPM_DIR=" + npm,
      "node",          std::string(HEADGATE_SOURCE_DIR) + "/tests/system/peers/grpc_suite.mjs",
      proxy.address(), port};
  if (GetParam()) command.emplace_back("--tls");
  const Finished finished = run(command);

  EXPECT_EQ(finished.exit_code, 0);
  EXPECT_THAT(finished.out, HasSubstr("grpc: 31/31"));
}

INSTANTIATE_TEST_SUITE_P(Transports, GrpcSuite, ::testing::Bool(),
                         [](const auto& given) { return given.param ? "Tls" : "Plain"; });

}  // namespace
}  // namespace headgate::testing
