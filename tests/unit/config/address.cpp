#include "config/address.hpp"

#include <gtest/gtest.h>

namespace headgate::config {
namespace {

TEST(ListenAddress, TakesAddressesOfBothFamiliesAndSockets) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:8080").value, (Endpoint{"127.0.0.1", 8080, ""}));
  EXPECT_EQ(parse_listen_address("[::1]:80").value, (Endpoint{"::1", 80, ""}));
  EXPECT_EQ(parse_listen_address("unix:/run/x.sock").value, (Endpoint{"", 0, "/run/x.sock"}));
  EXPECT_EQ(parse_listen_address("127.0.0.1:0").value, (Endpoint{"127.0.0.1", 0, ""}));
}

TEST(ListenAddress, TakesNoHostForEveryIpv4Address) {
  EXPECT_EQ(parse_listen_address(":8080").value, (Endpoint{"0.0.0.0", 8080, ""}));
  EXPECT_EQ(parse_listen_address("*:8080").value, (Endpoint{"0.0.0.0", 8080, ""}));
}

TEST(ListenAddress, SpellsIpv6InOneWay) {
  EXPECT_EQ(parse_listen_address("[2001:DB8:0:0::1]:80").value, (Endpoint{"2001:db8::1", 80, ""}));
}

TEST(ListenAddress, RefusesNamesOtherThanLocalhost) {
  EXPECT_EQ(parse_listen_address("LocalHost:80").value, (Endpoint{"127.0.0.1", 80, ""}));
  EXPECT_FALSE(parse_listen_address("example.org:80").value);
}

TEST(ListenAddress, RefusesASocketPathThatTheKernelCannotTake) {
  EXPECT_TRUE(parse_listen_address("unix:/" + std::string(106, 'a')).value);
  EXPECT_FALSE(parse_listen_address("unix:/" + std::string(107, 'a')).value);
}

TEST(BackendUrl, TakesNamesAddressesAndSockets) {
  EXPECT_EQ(parse_backend_url("http://app-1:9000").value, (Endpoint{"app-1", 9000, ""}));
  EXPECT_EQ(parse_backend_url("HTTP://App_1").value, (Endpoint{"app_1", 80, ""}));
  EXPECT_EQ(parse_backend_url("http://[::1]:9000").value, (Endpoint{"::1", 9000, ""}));
  EXPECT_EQ(parse_backend_url("http://[::1]").value, (Endpoint{"::1", 80, ""}));
  EXPECT_EQ(parse_backend_url("http://unix:/run/a.sock").value, (Endpoint{"", 0, "/run/a.sock"}));
  EXPECT_EQ(parse_backend_url("unix:/run/a.sock").value, (Endpoint{"", 0, "/run/a.sock"}));
}

TEST(BackendUrl, TakesHttps) {
  EXPECT_EQ(parse_backend_url("HTTPS://a").value, (Endpoint{"a", 443, "", true}));
  EXPECT_EQ(parse_backend_url("https://[::1]:9000").value, (Endpoint{"::1", 9000, "", true}));
  EXPECT_EQ(parse_backend_url("https://unix:/run/a.sock").value, (Endpoint{"", 0, "/run/a.sock", true}));
}

TEST(BackendUrl, RefusesWhatABackendDoesNotHave) {
  EXPECT_EQ(parse_backend_url("http://a/x").problem,
            "a backend's url has no path or query; use the route's \"rewrite\" for that");
  EXPECT_EQ(parse_backend_url("http://u:p@a").problem, "a backend's url has no user or password");
  EXPECT_EQ(parse_backend_url("ftp://a").problem, "the scheme is not http or https");
  EXPECT_EQ(parse_backend_url("a:80").problem, "the scheme is missing; did you mean \"http://a:80\"?");
  EXPECT_EQ(parse_backend_url("http://1.2.3").problem, "it is neither an IPv4 address nor a name");
  EXPECT_EQ(parse_backend_url("http://a:0").problem, "a backend cannot have port 0");
  EXPECT_EQ(parse_backend_url("http://::1:80").problem, "an IPv6 address stands in brackets: [::1]:8080");
}

TEST(BackendUrl, IsWrittenSoThatItParsesToTheSame) {
  for (const char* url :
       {"http://a:80", "http://[::1]:9000", "unix:/run/a.sock", "https://a:443", "https://unix:/run/a.sock"})
    EXPECT_EQ(backend_url(*parse_backend_url(url).value), url);
}

TEST(Cidr, AlwaysHasItsPrefixLength) {
  EXPECT_EQ(parse_cidr("10.0.0.0/8").value, "10.0.0.0/8");
  EXPECT_EQ(parse_cidr("192.0.2.1").value, "192.0.2.1/32");
  EXPECT_EQ(parse_cidr("::1").value, "::1/128");
  EXPECT_EQ(parse_cidr("FD00:0::/8").value, "fd00::/8");
  EXPECT_EQ(parse_cidr("0.0.0.0/0").value, "0.0.0.0/0");
  EXPECT_EQ(parse_cidr("::/0").value, "::/0");
}

TEST(Cidr, OffersTheNetworkOfAnAddressWithBitsBeyondItsPrefix) {
  EXPECT_EQ(parse_cidr("10.1.2.3/12").problem,
            "the address has bits beyond its prefix length; did you mean \"10.0.0.0/12\"?");
}

TEST(Cidr, RefusesWhatIsNoNetwork) {
  for (const char* text :
       {"", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8", "::/129", "a"})
    EXPECT_FALSE(parse_cidr(text).value) << text;
}

TEST(TrustedPeer, IsANetworkOrTheWordForUnixSockets) {
  EXPECT_EQ(parse_trusted_peer("unix:").value, "unix:");
  EXPECT_EQ(parse_trusted_peer("192.0.2.1").value, "192.0.2.1/32");
  EXPECT_FALSE(parse_trusted_peer("unix:/run/x.sock").value);
  EXPECT_FALSE(parse_trusted_peer("unix").value);
}

TEST(HostPattern, TakesNamesWildcardsAndAddresses) {
  EXPECT_EQ(parse_host_pattern("Example.ORG").value, "example.org");
  EXPECT_EQ(parse_host_pattern("*.Example.ORG").value, "*.example.org");
  EXPECT_EQ(parse_host_pattern("192.0.2.1").value, "192.0.2.1");
  EXPECT_EQ(parse_host_pattern("[0::1]").value, "[::1]");
}

TEST(HostPattern, RefusesWhatNoHostCanBe) {
  for (const char* text :
       {"", "*", "*.", "a.*", "*a.org", "a:80", "http://a", "a b", "a..b", "-a", "[::1", "*.1.2.3.4"})
    EXPECT_FALSE(parse_host_pattern(text).value) << text;
}

}  // namespace
}  // namespace headgate::config
