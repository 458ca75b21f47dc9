// Servers and clients of Python and Node.
#include <gtest/gtest.h>

#include "support/prerequisites.hpp"
#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"
#include "support/script_origin.hpp"

namespace headgate::testing {
namespace {

class PythonOrigin : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { HEADGATE_NEEDS("python3"); }
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
  void SetUp() override { HEADGATE_NEEDS("node"); }
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
  HEADGATE_SKIP_IF_MISSING(hints.status == 200 ? "no writeEarlyHints in this Node" : "");

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
