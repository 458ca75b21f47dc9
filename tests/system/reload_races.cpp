// Reloads at bad moments.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <string>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

TEST(Reload, TakesAFileThatIsWrittenAgainAndAgain) {
  ProxyUnderTest proxy{saying("old")};
  const std::string text = saying("new").text();

  const bool taken = wait_until([&] {
    write_file(proxy.config_file(), text);  // far more often than the file is taken to be quiet
    return !proxy.reloads().empty();
  });

  EXPECT_TRUE(taken);
}

TEST(Reload, BringsAListenerBackThatWasRemovedAMomentAgo) {
  const Config without = saying("x");
  ProxyUnderTest proxy{without.with("/listeners/1/name", "more").with("/listeners/1/address", "127.0.0.2:0")};
  const std::string address = proxy.address("more");
  const Config with = without.with("/listeners/1/name", "more").with("/listeners/1/address", address);
  EXPECT_EQ(proxy.reload(with), "applied");

  for (int round = 0; round < 3; ++round) {
    const RawClient silent{address};  // the closed listener waits for it
    EXPECT_EQ(proxy.reload(without), "applied");
    EXPECT_EQ(proxy.reload(with), "applied");
  }

  EXPECT_EQ(RawClient{address}.get("/").body, "x");
}

TEST(Reload, ReadsTheFileAgainWhenDescriptorsHadRunOut) {
  ProxyUnderTest proxy{saying("old")};
  rlimit limit{};
  ASSERT_EQ(::prlimit(proxy.pid(), RLIMIT_NOFILE, nullptr, &limit), 0);
  const rlimit none{proxy.open_files() - 4, limit.rlim_max};

  ASSERT_EQ(::prlimit(proxy.pid(), RLIMIT_NOFILE, &none, nullptr), 0);
  EXPECT_EQ(proxy.reload(saying("new")), "refused");
  ASSERT_EQ(::prlimit(proxy.pid(), RLIMIT_NOFILE, &limit, nullptr), 0);

  EXPECT_TRUE(wait_until([&] { return RawClient{proxy.address()}.get("/").body == "new"; }));
}

TEST(UnixListener, LeavesTheSocketOfItsSuccessorAlone) {
  const TemporaryFolder folder;
  const std::string address = "unix:" + (folder / "web.sock");
  Signal go;
  FakeUpstream slow{[&](const Request&) {
    go.wait();
    return reply(200, "done");
  }};
  ProxyUnderTest first{route_all_to(slow).with("/timeouts/drain", "20s").with("/listeners/0/address", address)};
  RawClient running{address};
  running.send(RawClient::get_request("/"));
  ASSERT_TRUE(wait_until([&] { return slow.request_count() == 1; }));
  first.signal(SIGTERM);
  ASSERT_TRUE(wait_until([&] { return !accepts_connections(address); }));

  ProxyUnderTest second{saying("successor").with("/listeners/0/address", address)};
  go.set();

  EXPECT_EQ(first.wait_for_exit(), 0);
  EXPECT_EQ(RawClient{address}.get("/").body, "successor");
}

TEST(Shutdown, IsTheLastLineAlsoAfterADrainThatTookTooLong) {
  Signal go;
  FakeUpstream slow{[&](const Request&) {
    go.wait();
    return reply(200);
  }};
  ProxyUnderTest proxy{route_all_to(slow).with("/timeouts/drain", "100ms")};
  RawClient running{proxy.address()};
  running.send(RawClient::get_request("/"));
  ASSERT_TRUE(wait_until([&] { return slow.request_count() == 1; }));

  proxy.signal(SIGTERM);
  EXPECT_EQ(proxy.wait_for_exit(), 0);
  go.set();

  EXPECT_EQ(proxy.count_log("DRAIN_TIMEOUT"), 1U);
  EXPECT_EQ(proxy.log().back()["cause"], "PROXY_STOPPED");
}

}  // namespace
}  // namespace headgate::testing
