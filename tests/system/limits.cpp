// Too many connections, too few file descriptors, and the pages that say so.
#include <gtest/gtest.h>

#include <deque>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

TEST(ConnectionLimit, RefusesClearlyAndRecovers) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/connections", 2)};
  RawClient first{proxy.address()};
  RawClient second{proxy.address()};
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 200);

  RawClient third{proxy.address()};
  const Response refusal = third.read_response();
  EXPECT_EQ(refusal.status, 503);
  EXPECT_EQ(refusal.field("connection"), "close");
  EXPECT_TRUE(third.closes());
  EXPECT_EQ(proxy.wait_for_log("CONNECTION_LIMIT")["status"], "503");

  first.close();
  EXPECT_TRUE(wait_until([&] {
    try {
      return RawClient{proxy.address()}.get("/").status == 200;
    } catch (const Disconnected&) {  // refused while the request was on its way
      return false;
    }
  }));
  EXPECT_EQ(second.get("/").status, 200);
}

TEST(ConnectionLimit, HoldsForAllWorkersTogether) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/connections", 8).with("/workers", 4)};
  std::deque<RawClient> clients;

  int refused = 0;
  for (int i = 0; i < 20; ++i) {
    RawClient& client = clients.emplace_back(proxy.address());
    client.send(RawClient::get_request("/"));
    if (client.read_response().status == 503) ++refused;
  }

  EXPECT_EQ(refused, 12);
}

TEST(FileDescriptors, RunningOutEndsNeitherServiceNorProcess) {
  FakeUpstream upstream{reply(200, "alive")};
  ProxyUnderTest proxy{route_all_to(upstream), {.open_files = 64}};
  RawClient early{proxy.address()};
  EXPECT_EQ(early.get("/").body, "alive");
  ASSERT_TRUE(wait_until([&] { return !proxy.log().empty(); }));  // the log has its file descriptor

  {
    std::deque<RawClient> crowd;
    for (int i = 0; i < 100; ++i) crowd.emplace_back(proxy.address());
    EXPECT_EQ(proxy.wait_for_log("ACCEPT_FAILED")["phase"], "accept");
    EXPECT_EQ(early.get("/").body, "alive");
  }

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "alive");
}

TEST(FileDescriptors, RunningOutDoesNotFillTheLog) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream), {.open_files = 64}};
  std::deque<RawClient> crowd;
  ASSERT_TRUE(wait_until([&] { return !proxy.log().empty(); }));  // the log has its file descriptor

  for (int i = 0; i < 100; ++i) crowd.emplace_back(proxy.address());
  proxy.wait_for_log("ACCEPT_FAILED");
  EXPECT_TRUE(crowd.front().is_silent_for(500ms));

  EXPECT_LT(proxy.count_log("ACCEPT_FAILED"), 20U);
}

TEST(ErrorPages, ComeInTheFormThatTheClientAccepts) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};
  const std::vector<std::pair<std::string, std::string>> cases{{"", "text/plain"},
                                                               {"Accept: */*\r\n", "text/plain"},
                                                               {"Accept: application/json\r\n", "application/json"},
                                                               {"Accept: text/html,*/*;q=0.8\r\n", "text/html"}};
  for (const auto& [accept, type] : cases) {
    const Response response = RawClient{proxy.address()}.get("/", accept);

    EXPECT_EQ(response.status, 502);
    EXPECT_TRUE(response.field("content-type").starts_with(type)) << accept << response.field("content-type");
    EXPECT_FALSE(response.field("x-request-id").empty());
    EXPECT_NE(response.body.find(response.field("x-request-id")), std::string::npos) << response.body;
  }
}

TEST(ErrorPages, AreValidJsonForJsonClients) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};

  const Response response = RawClient{proxy.address()}.get("/", "Accept: application/json\r\n");

  const LogRecord page{response.body};
  EXPECT_TRUE(page.is_json_object()) << response.body;
  EXPECT_EQ(page["status"], "502");
  EXPECT_EQ(page["request_id"], response.field("x-request-id"));
}

TEST(ErrorPages, TellNothingOfTheInside) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};

  const Response response = RawClient{proxy.address()}.get("/secret-path", "X-Name: <script>\r\nAccept: text/html\r\n");

  for (const char* inner : {"127.0.0.1", "origin", "UPSTREAM", "refused", "secret-path", "script"})
    EXPECT_EQ(response.body.find(inner), std::string::npos) << inner << " in " << response.body;
}

TEST(ErrorPages, HaveNoBodyForHead) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};
  RawClient client{proxy.address()};

  const Response response = client.ask("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(response.status, 502);
  EXPECT_GT(std::stoi(response.field("content-length")), 0);
  EXPECT_EQ(client.ask("HEAD /next HTTP/1.1\r\nHost: h\r\n\r\n").status, 502) << "bytes behind the head";
}

TEST(ErrorPages, LeaveTheConnectionOpenWhenTheRequestWasFine) {
  ProxyUnderTest proxy{route_all_to({"http://127.0.0.1:1"})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/").status, 502);
  EXPECT_EQ(client.post("/", "with a body").status, 502);
  EXPECT_EQ(client.get("/").status, 502);
}

TEST(Limits, OfHeadsAndTargetsHaveTheirOwnStatus) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/limits/head_bytes", 4096)
                           .with("/limits/target_bytes", 1000)
                           .with("/limits/header_count", 10)};
  std::string many;
  for (int i = 0; i < 10; ++i) many += "X-" + std::to_string(i) + ": y\r\n";

  EXPECT_EQ(RawClient{proxy.address()}.get("/" + std::string(999, 'a')).status, 200);
  EXPECT_EQ(RawClient{proxy.address()}.get("/" + std::string(1000, 'a')).status, 414);
  EXPECT_EQ(RawClient{proxy.address()}.get("/", "X: " + std::string(5000, 'x') + "\r\n").status, 431);
  EXPECT_EQ(RawClient{proxy.address()}.get("/", many).status, 431);
  EXPECT_EQ(upstream.request_count(), 1U);
  EXPECT_EQ(proxy.wait_for_log("CLIENT_TARGET_TOO_LONG")["status"], "414");
  EXPECT_EQ(proxy.wait_for_log("CLIENT_HEAD_TOO_LARGE")["status"], "431");
}

TEST(Limits, HoldForTheHeadsOfResponsesToo) {
  FakeUpstream upstream{reply(200, "", "X: " + std::string(5000, 'x') + "\r\n")};
  ProxyUnderTest proxy{route_all_to(upstream).with("/limits/head_bytes", 4096)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 502);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_HEAD_TOO_LARGE")["origin"], "upstream");
}

}  // namespace
}  // namespace headgate::testing
