#include "net/address.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

namespace headgate::net {
namespace {

SocketAddress only(const Endpoint& endpoint) {
  const auto addresses = resolve(endpoint).value();
  EXPECT_EQ(addresses.size(), 1U);
  return addresses.front();
}

TEST(SocketAddress, ShowsIpv4) {
  const SocketAddress address = only({"192.0.2.7", 8080, ""});

  EXPECT_EQ(address.family(), AF_INET);
  EXPECT_EQ(address.text(), "192.0.2.7:8080");
  EXPECT_EQ(address.host_text(), "192.0.2.7");
  EXPECT_EQ(address.port(), 8080);
}

TEST(SocketAddress, ShowsIpv6InBrackets) {
  const SocketAddress address = only({"2001:db8::1", 443, ""});

  EXPECT_EQ(address.family(), AF_INET6);
  EXPECT_EQ(address.text(), "[2001:db8::1]:443");
  EXPECT_EQ(address.host_text(), "2001:db8::1");
}

TEST(SocketAddress, ShowsAMappedClientOfADualStackListenerAsIpv4) {
  const SocketAddress address = only({"::ffff:192.0.2.7", 80, ""});

  EXPECT_EQ(address.host_text(), "192.0.2.7");
  EXPECT_EQ(address.text(), "192.0.2.7:80");
}

TEST(SocketAddress, ShowsAUnixPath) {
  const SocketAddress address = only({"", 0, "/run/app.sock"});

  EXPECT_EQ(address.family(), AF_UNIX);
  EXPECT_EQ(address.text(), "unix:/run/app.sock");
  EXPECT_EQ(address.host_text(), "unix:");
  EXPECT_EQ(address.port(), 0);
}

TEST(SocketAddress, ShowsAUnixClientWithoutAName) {
  const sockaddr_un nameless{AF_UNIX, {}};

  const SocketAddress address{reinterpret_cast<const sockaddr*>(&nameless), sizeof(sa_family_t)};

  EXPECT_EQ(address.text(), "unix:");
}

TEST(SocketAddress, IsEqualByHostAndPort) {
  EXPECT_EQ(only({"192.0.2.7", 80, ""}), only({"192.0.2.7", 80, ""}));
  EXPECT_FALSE(only({"192.0.2.7", 80, ""}) == only({"192.0.2.7", 81, ""}));
  EXPECT_FALSE(only({"192.0.2.7", 80, ""}) == only({"192.0.2.8", 80, ""}));
  EXPECT_FALSE(only({"192.0.2.7", 80, ""}) == only({"::ffff:192.0.2.7", 80, ""}));
}

TEST(SocketAddress, RefusesAUnixPathThatIsTooLong) {
  const std::string longest(sizeof(sockaddr_un::sun_path) - 1, 'x');

  EXPECT_TRUE(SocketAddress::unix_path(longest));
  const auto refused = SocketAddress::unix_path(longest + "x");

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::upstream_resolve_failed);
  EXPECT_FALSE(resolve({"", 0, longest + "x"}));
}

TEST(Resolve, KnowsWhatNeedsNoNameService) {
  EXPECT_TRUE(is_literal({"192.0.2.7", 80, ""}));
  EXPECT_TRUE(is_literal({"::1", 80, ""}));
  EXPECT_TRUE(is_literal({"", 0, "/run/app.sock"}));
  EXPECT_TRUE(is_literal({"", 80, ""}));
  EXPECT_FALSE(is_literal({"localhost", 80, ""}));
  EXPECT_FALSE(is_literal({"192.0.2.7.example", 80, ""}));
}

TEST(Resolve, FindsLocalhost) {
  const auto addresses = resolve({"localhost", 8080, ""}).value();

  ASSERT_FALSE(addresses.empty());
  for (const SocketAddress& address : addresses) {
    EXPECT_TRUE(address.host_text() == "127.0.0.1" || address.host_text() == "::1") << address.text();
    EXPECT_EQ(address.port(), 8080);
  }
}

TEST(Resolve, ReportsAnUnknownName) {
  const auto refused = resolve({"no-such-host.invalid", 80, ""});  // RFC 6761 s6.4: never exists

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::upstream_resolve_failed);
  EXPECT_STRNE(refused.error().detail, "");
}

TEST(SocketAddress, KnowsWhatDoesNotLeaveTheMachine) {
  const auto loopback = [](const char* host) { return resolve({host, 80, ""}).value().front().is_loopback(); };

  for (const char* host : {"127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"}) EXPECT_TRUE(loopback(host)) << host;
  for (const char* host : {"10.0.0.1", "128.0.0.1", "::2", "::ffff:10.0.0.127"}) EXPECT_FALSE(loopback(host)) << host;
  EXPECT_FALSE(SocketAddress::unix_path("/run/a.sock").value().is_loopback());
}

}  // namespace
}  // namespace headgate::net
