// What opens a tunnel, by Upgrade or CONNECT, and what is refused.
#include "tunnel_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string answer_to(const std::string& request, const std::string& response, std::string* forwarded = nullptr) {
  FaultPlan faults;
  OneAnswer origin{response};
  MemoryProxy proxy{tunnel_config, faults, std::ref(origin)};
  const WirePtr client = proxy.client(request);
  proxy.settle();
  if (forwarded != nullptr) *forwarded = origin.head;
  return client->from_proxy;
}

TEST(Upgrades, AreRefusedAsWebSocketsWhereTheRouteListsNone) {
  EXPECT_THAT(answer_to(asking("/closed"), switched), StartsWith("HTTP/1.1 403 "));
}

TEST(Upgrades, ToOtherProtocolsAreLeftOutOfTheRequest) {
  std::string forwarded;

  const std::string answer =
      answer_to(asking("/", "h2c"), "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &forwarded);

  EXPECT_THAT(answer, EndsWith("\r\n\r\nok"));
  EXPECT_THAT(forwarded, Not(HasSubstr("pgrade")));
}

TEST(Upgrades, ThatTheUpstreamDeclinesLeaveBothConnectionsAsTheyWere) {
  FaultPlan faults;
  int asked = 0;
  MemoryProxy proxy{tunnel_config, faults, [&](Wire& wire) {
                      if (wire.from_proxy.find("\r\n\r\n") == std::string::npos) return;
                      wire.from_proxy.clear();
                      ++asked;
                      wire.to_proxy += "HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope";
                    }};

  const WirePtr client = proxy.client(asking() + asking());
  proxy.settle();

  EXPECT_EQ(asked, 2);
  EXPECT_EQ(proxy.upstreams().size(), 1U);
  EXPECT_THAT(client->from_proxy, EndsWith("nope"));
}

TEST(Upgrades, ThatNobodyAskedForFail) {
  EXPECT_THAT(answer_to("GET / HTTP/1.1\r\nHost: a\r\n\r\n", switched), StartsWith("HTTP/1.1 502 "));
}

TEST(Upgrades, ToAnotherProtocolThanWasAskedForFail) {
  EXPECT_THAT(answer_to(asking(), "HTTP/1.1 101 S\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"),
              StartsWith("HTTP/1.1 502 "));
  EXPECT_THAT(answer_to(asking(), "HTTP/1.1 101 S\r\nConnection: Upgrade\r\n\r\n"), StartsWith("HTTP/1.1 502 "));
}

TEST(Upgrades, ComeBehindInterimResponses) {
  EXPECT_THAT(answer_to(asking(), "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + switched),
              HasSubstr("\r\n\r\nHTTP/1.1 101 "));
}

TEST(Upgrades, OfHttp10AreIgnored) {
  std::string forwarded;

  const std::string answer = answer_to("GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                                       "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", &forwarded);

  EXPECT_THAT(answer, EndsWith("ok"));
  EXPECT_THAT(forwarded, Not(HasSubstr("pgrade")));
}

TEST(Upgrades, WithABodyBeginBehindIt) {
  FaultPlan faults;
  OneAnswer origin{"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"};
  MemoryProxy proxy{tunnel_config, faults, std::ref(origin)};

  const WirePtr client = proxy.client(
      "POST /attach HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 6\r\n\r\n{}");
  proxy.settle();
  EXPECT_EQ(client->from_proxy, "");
  client->to_proxy = "{  }raw";
  proxy.settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 101 "));
  EXPECT_EQ(proxy.upstreams().front()->from_proxy, "{}{  }raw");
}

TEST(Connect, OpensATunnelToABackend) {
  FaultPlan faults;
  MemoryProxy proxy{tunnel_config, faults, [](Wire&) {}};

  const WirePtr client = proxy.client("CONNECT db.example:5432 HTTP/1.1\r\nHost: db.example:5432\r\n\r\nhello");
  proxy.settle();
  proxy.upstreams().front()->to_proxy = "welcome";
  proxy.settle();

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(client->from_proxy, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(client->from_proxy, EndsWith("\r\n\r\nwelcome"));
  EXPECT_EQ(proxy.upstreams().front()->from_proxy, "hello");
}

TEST(Connect, IsRefusedWhereNoRouteAllowsIt) {
  EXPECT_THAT(answer_to("CONNECT other.example:443 HTTP/1.1\r\nHost: other.example:443\r\n\r\n", ""),
              StartsWith("HTTP/1.1 501 "));
}

TEST(Connect, IsRefusedWithABody) {
  EXPECT_THAT(answer_to("CONNECT db.example:1 HTTP/1.1\r\nHost: db.example:1\r\nContent-Length: 1\r\n\r\nx", ""),
              StartsWith("HTTP/1.1 501 "));
}

}  // namespace
}  // namespace headgate::testing
