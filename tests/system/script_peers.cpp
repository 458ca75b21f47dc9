// Servers and clients of Python and Node.
#include <gtest/gtest.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

std::string peer(const std::string& name) { return std::string(HEADGATE_SOURCE_DIR) + "/tests/system/peers/" + name; }

/// An origin that prints its port as its first line.
class ScriptOrigin {
 public:
  explicit ScriptOrigin(const std::vector<std::string>& command) : process_{command} {
    const auto named_its_port = [&] { return process_.out().find('\n') != std::string::npos; };
    const bool ended_or_ready =
        wait_until([&] { return named_its_port() || !process_.running(); }, 3 * patience);  // slow on a busy machine
    if (!ended_or_ready || !named_its_port()) throw std::runtime_error("the origin does not start: " + process_.err());
    port_ = process_.out().substr(0, process_.out().find('\n'));
  }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + port_; }

 private:
  ChildProcess process_;
  std::string port_;
};

class PythonOrigin : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (!has_program("python3")) GTEST_SKIP() << "no python3";
  }
  /// Debian's own where there is one: wrappers in PATH may take seconds to find theirs.
  static std::string python() { return has_program("/usr/bin/python3") ? "/usr/bin/python3" : "python3"; }
};

TEST_P(PythonOrigin, ServesThroughTheProxy) {
  const ScriptOrigin origin{{python(), peer("origin.py"), GetParam()}};
  ProxyUnderTest proxy{route_all_to({origin.url()})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/a").body, "python /a");
  EXPECT_EQ(client.post("/", std::string(300'000, 'p')).body.size(), 300'000U);
  EXPECT_EQ(client.get("/until-close").body, "until the end");
  EXPECT_EQ(client.get("/b").body, "python /b");
  if (std::string(GetParam()) == "HTTP/1.1") {
    EXPECT_EQ(client.get("/chunked").body, "one two three");
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, PythonOrigin, ::testing::Values("HTTP/1.0", "HTTP/1.1"),
                         [](const auto& given) { return given.param[7] == '0' ? "Http10" : "Http11"; });

class Node : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_program("node")) GTEST_SKIP() << "no node";
  }
};

TEST_F(Node, ServesThroughTheProxy) {
  const ScriptOrigin origin{{"node", peer("origin.mjs")}};
  ProxyUnderTest proxy{route_all_to({origin.url()})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/a").body, "node /a");
  EXPECT_EQ(client.get("/trailers").trailer("x-sum"), "42");
  const Response echo = client.post("/", std::string(300'000, 'n'));
  EXPECT_EQ(echo.field("x-length"), "300000");
  EXPECT_EQ(echo.body.size(), 300'000U);
}

TEST_F(Node, SendsEarlyHints) {
  const ScriptOrigin origin{{"node", peer("origin.mjs")}};
  ProxyUnderTest proxy{route_all_to({origin.url()})};
  RawClient client{proxy.address()};

  const Response hints = client.get("/hints");
  if (hints.status == 200) GTEST_SKIP() << "this Node has no writeEarlyHints";

  EXPECT_EQ(hints.status, 103);
  EXPECT_EQ(hints.field("link"), "</style.css>; rel=preload");
  EXPECT_EQ(client.read_response().body, "after hints");
}

TEST_F(Node, KeepsOneConnectionAsAClient) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Finished finished = run({"node", peer("client.mjs"), proxy.url() + "/"});

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(finished.out, "{\"served\":100,\"sockets\":1,\"echoed\":\"in three pieces\"}\n");
}

TEST_F(Node, TalksToNode) {
  const ScriptOrigin origin{{"node", peer("origin.mjs")}};
  ProxyUnderTest proxy{route_all_to({origin.url()})};

  const Finished finished = run({"node", peer("client.mjs"), proxy.url() + "/"});

  EXPECT_EQ(finished.out, "{\"served\":100,\"sockets\":1,\"echoed\":\"in three pieces\"}\n") << finished.err;
}

}  // namespace
}  // namespace headgate::testing
