// Backends given by name, against a real name server.
#include <gtest/gtest.h>

#include <string>

#include "support/name_server.hpp"
#include "support/prerequisites.hpp"
#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

std::string port_of(const std::string& address) { return address.substr(address.rfind(':') + 1); }

/// To app.test on that port, looked up by that server.
Config route_to_name(const NameServer& names, const std::string& port) {
  return route_all_to({"http://app.test:" + port})
      .with("/resolver/nameservers/0", names.address())
      .with("/resolver/timeout", "200ms")
      .with("/resolver/min_ttl", "100ms");
}

class Names : public ::testing::Test {
 protected:
  void SetUp() override { HEADGATE_NEEDS("dnsmasq"); }
};

TEST_F(Names, ABackendIsFollowedToItsNewAddress) {
  FakeUpstream before{reply(200, "before")};
  FakeUpstream after{reply(200, "after"), "127.0.0.2:" + port_of(before.address())};
  NameServer names{"127.0.0.1 app.test\n"};
  ProxyUnderTest proxy{route_to_name(names, port_of(before.address()))};
  RawClient client{proxy.address()};
  ASSERT_TRUE(wait_until([&] { return client.get("/").body == "before"; }));

  names.set("127.0.0.2 app.test\n");

  EXPECT_TRUE(wait_until([&] { return client.get("/").body == "after"; }));
  const auto line = proxy.wait_for_log("BACKEND_MOVED");
  EXPECT_EQ(line["from"], before.address());
  EXPECT_EQ(line["to"], after.address());
}

TEST_F(Names, ARequestOnTheOldAddressFinishesThere) {
  Signal go;
  FakeUpstream before{[&](const Request& request) {
    if (request.target == "/slow") go.wait();
    return reply(200, "before");
  }};
  FakeUpstream after{reply(200, "after"), "127.0.0.2:" + port_of(before.address())};
  NameServer names{"127.0.0.1 app.test\n"};
  ProxyUnderTest proxy{route_to_name(names, port_of(before.address()))};
  RawClient running{proxy.address()};
  running.send(RawClient::get_request("/slow"));
  ASSERT_TRUE(wait_until([&] { return before.request_count() == 1; }));

  names.set("127.0.0.2 app.test\n");
  EXPECT_TRUE(wait_until([&] { return RawClient{proxy.address()}.get("/").body == "after"; }));
  go.set();

  EXPECT_EQ(running.read_response().body, "before");
}

TEST_F(Names, AProxyStartsWithANameThatNobodyKnowsYet) {
  FakeUpstream upstream{reply(200, "here")};
  NameServer names{"192.0.2.1 other.test\n"};
  ProxyUnderTest proxy{route_to_name(names, port_of(upstream.address()))};
  RawClient client{proxy.address()};
  EXPECT_EQ(client.get("/").status, 503);
  const auto line = proxy.wait_for_log("BACKEND_UNRESOLVED");
  EXPECT_EQ(line["by"], "resolver");
  EXPECT_EQ(line["detail"], "there is no such name");
  EXPECT_EQ(proxy.wait_for_log("NO_HEALTHY_BACKEND")["detail"], "no name has an address");

  names.set("127.0.0.1 app.test\n");

  EXPECT_TRUE(wait_until([&] { return client.get("/").status == 200; }));
  proxy.wait_for_log("BACKEND_RESOLVED");
}

TEST_F(Names, TheLastAddressStaysWhileNobodyAnswers) {
  FakeUpstream upstream{reply(200, "here")};
  NameServer names{"127.0.0.1 app.test\n"};
  ProxyUnderTest proxy{route_to_name(names, port_of(upstream.address()))};
  RawClient client{proxy.address()};
  ASSERT_TRUE(wait_until([&] { return client.get("/").status == 200; }));

  names.pause();
  proxy.wait_for_log("UPSTREAM_RESOLVE_FAILED");
  const Response response = client.get("/");
  names.go_on();

  EXPECT_EQ(response.body, "here");
}

}  // namespace
}  // namespace headgate::testing
