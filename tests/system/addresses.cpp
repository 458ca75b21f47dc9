#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

TEST(Addresses, UpstreamsMayBeIpv4Ipv6OrUnix) {
  const TemporaryFolder folder;
  for (const std::string& address : {std::string("127.0.0.1:0"), std::string("[::1]:0"), "unix:" + (folder / "s")}) {
    FakeUpstream upstream{reply(200, "from it"), address};
    ProxyUnderTest proxy{route_all_to(upstream)};

    EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "from it") << address;
  }
}

TEST(Addresses, AnUpstreamMayBeWrittenAsAUnixUrl) {
  const TemporaryFolder folder;
  FakeUpstream upstream{reply(200, "from it"), "unix:" + (folder / "s")};
  ProxyUnderTest proxy{route_all_to({upstream.address()})};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "from it");
}

TEST(Addresses, ListenersMayBeIpv4Ipv6AndUnixAtOnce) {
  const TemporaryFolder folder;
  FakeUpstream upstream{reply(200, "x")};
  ProxyUnderTest proxy{route_all_to(upstream)
                           .with("/listeners/1", Value::of_json(R"({"name": "six", "address": "[::1]:0"})"))
                           .with("/listeners/2/name", "local")
                           .with("/listeners/2/address", "unix:" + (folder / "gate.sock"))};

  EXPECT_TRUE(proxy.address("six").starts_with("[::1]:"));
  for (const char* name : {"web", "six", "local"})
    EXPECT_EQ(RawClient{proxy.address(name)}.get("/").status, 200) << name;
}

TEST(Addresses, AnIpv6ClientIsNamedWithoutBrackets) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{
      route_all_to(upstream).with("/listeners/0/address", "[::1]:0").with("/forwarding/forwarded", true)};

  RawClient{proxy.address()}.get("/");

  EXPECT_EQ(upstream.last_request().field("X-Forwarded-For"), "::1");
  EXPECT_NE(upstream.last_request().field("Forwarded").find("for=\"[::1]\""), std::string::npos);
}

TEST(Addresses, AUnixListenerHasItsModeAndGoesAwayWithTheProxy) {
  const TemporaryFolder folder;
  const std::string path = folder / "gate.sock";
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{
      route_all_to(upstream).with("/listeners/0/address", "unix:" + path).with("/listeners/0/unix_mode", "0600")};

  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);

  EXPECT_EQ(proxy.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Addresses, AUnixListenerTakesOverTheSocketOfADeadProcess) {
  const TemporaryFolder folder;
  const std::string path = folder / "gate.sock";
  { const Socket left_behind = listen_on("unix:" + path); }
  FakeUpstream upstream{reply(200)};

  ASSERT_TRUE(std::filesystem::exists(path));
  ProxyUnderTest proxy{route_all_to(upstream).with("/listeners/0/address", "unix:" + path)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 200);
}

TEST(Addresses, APortThatIsTakenIsAnErrorAtStart) {
  const Socket taken = listen_on("127.0.0.1:0");
  const TemporaryFolder folder;
  write_file(folder / "c.json",
             route_all_to({"http://127.0.0.1:1"}).with("/listeners/0/address", local_address(taken)).text());

  const Finished finished = run({HEADGATE_BINARY, "run", "--config", folder / "c.json"}, {.folder = folder.path()});

  EXPECT_NE(finished.exit_code, 0);
  EXPECT_NE(finished.err.find(local_address(taken)), std::string::npos) << finished.err;
}

TEST(Addresses, TheShortFormIsAWholeConfiguration) {
  FakeUpstream upstream{reply(200, "short")};
  ProxyUnderTest proxy{Config{R"({ "listen": "127.0.0.1:0", "backends": [")" + upstream.url() + R"("] })"}};
  const std::string line = proxy.out().substr(0, proxy.out().find('\n'));
  const std::string address = line.substr(13, line.find(" (") - 13);

  EXPECT_EQ(RawClient{address}.get("/").body, "short") << line;
}

}  // namespace
}  // namespace headgate::testing
