#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

/// Whether a connection to that loopback port has sent its SYN and got no answer (state 02 of /proc/net/tcp).
bool connecting_to(const std::string& address) {
  char wanted[32];
  std::snprintf(wanted, sizeof wanted, "0100007F:%04X 02 ",
                static_cast<unsigned>(std::stoi(address.substr(address.rfind(':') + 1))));
  return read_file("/proc/net/tcp").find(wanted) != std::string::npos;
}

TEST(Shutdown, LetsARunningRequestFinishAndRefusesNewConnections) {
  Signal go;
  FakeUpstream upstream{[&](const Request&) {
    go.wait();
    return reply(200, "finished");
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/drain", "20s")};
  const std::string address = proxy.address();
  RawClient running{address};
  running.send(RawClient::get_request("/"));
  ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 1; }));

  proxy.signal(SIGTERM);
  EXPECT_TRUE(wait_until([&] { return !accepts_connections(address); }));
  EXPECT_TRUE(proxy.running());
  go.set();

  const Response response = running.read_response();
  EXPECT_EQ(response.body, "finished");
  EXPECT_EQ(response.field("connection"), "close");
  EXPECT_TRUE(running.closes());
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST(Shutdown, LetsAnUploadFinish) {
  FakeUpstream upstream{[](const Request& request) { return reply(200, request.body); }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/drain", "20s")};
  const std::string address = proxy.address();
  RawClient client{address};
  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nhalf");
  ASSERT_TRUE(wait_until([&] { return upstream.accepted() == 1; }));

  proxy.signal(SIGTERM);
  EXPECT_TRUE(wait_until([&] { return !accepts_connections(address); }));

  EXPECT_EQ(client.ask("done").body, "halfdone");
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST(Shutdown, ClosesIdleConnectionsAtOnce) {
  FakeUpstream upstream{reply(200)};
  // Of a silent client Headgate would know nothing for a second.
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/drain", "60s").with("/listeners/0/defer_accept", false)};
  RawClient used{proxy.address()};
  RawClient silent{proxy.address()};
  used.get("/");

  proxy.signal(SIGTERM);

  EXPECT_TRUE(used.closes());
  EXPECT_EQ(used.ending(), Ending::closed);
  EXPECT_TRUE(silent.closes());
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST(Shutdown, AnswersWhatHadComeBeforeIt) {
  FakeUpstream upstream{reply(200, "answered")};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/drain", "20s")};
  RawClient used{proxy.address()};
  used.get("/");
  proxy.signal(SIGSTOP);  // so that requests and the signal are there together
  RawClient fresh{proxy.address()};
  fresh.send(RawClient::get_request("/fresh"));
  used.send(RawClient::get_request("/used"));

  proxy.signal(SIGTERM);
  proxy.signal(SIGCONT);

  EXPECT_EQ(fresh.read_response().body, "answered");
  EXPECT_EQ(used.read_response().body, "answered");
  EXPECT_EQ(proxy.wait_for_exit(), 0);
}

TEST(Shutdown, AnswersAClientThatHasOnlyConnectedBeforeIt) {
  for (const bool defer : {true, false}) {
    ProxyUnderTest proxy{saying("answered").with("/timeouts/drain", "20s").with("/listeners/0/defer_accept", defer)};
    RawClient client{proxy.address()};

    proxy.signal(SIGTERM);
    ASSERT_TRUE(wait_until([&] {
      const auto records = proxy.log();
      return std::any_of(records.begin(), records.end(),
                         [](const LogRecord& record) { return record["message"].find("drain") != std::string::npos; });
    }));

    EXPECT_EQ(client.get("/").body, "answered") << "defer_accept " << defer;
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(proxy.wait_for_exit(), 0);
  }
}

TEST(Shutdown, CutsWhatOutlastsTheDrainTimeout) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.read_until_close();
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/timeouts/drain", "300ms")};
  RawClient client{proxy.address()};
  client.send(RawClient::get_request("/endless"));
  ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 1; }));

  const milliseconds took = time_of([&] { EXPECT_EQ(proxy.stop(), 0); });

  EXPECT_GE(took, 250ms);
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(proxy.wait_for_log("DRAIN_TIMEOUT")["path"], "/endless");
}

TEST(Shutdown, CutsARequestThatIsStillConnecting) {
  const FullBacklog full;
  ProxyUnderTest proxy{route_all_to({"http://" + full.address()})
                           .with("/timeouts/drain", "300ms")
                           .with("/upstreams/origin/timeouts/connect", "60s")};
  RawClient client{proxy.address()};
  client.send(RawClient::get_request("/stuck"));
  ASSERT_TRUE(wait_until([&] { return connecting_to(full.address()); }));

  const milliseconds took = time_of([&] { EXPECT_EQ(proxy.stop(), 0); });

  EXPECT_LT(took, 4s);  // without the cut: five seconds more
  EXPECT_TRUE(client.closes());
  EXPECT_EQ(proxy.wait_for_log("DRAIN_TIMEOUT")["path"], "/stuck");
}

TEST(Shutdown, EndsInTimeAlthoughTheConfigurationChangesMeanwhile) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.read_until_close();
  }};
  const Config config = route_all_to(upstream).with("/timeouts/drain", "600ms");
  ProxyUnderTest proxy{config};
  const std::string address = proxy.address();
  RawClient client{address};
  client.send(RawClient::get_request("/endless"));
  ASSERT_TRUE(wait_until([&] { return upstream.request_count() == 1; }));

  proxy.signal(SIGTERM);
  EXPECT_TRUE(wait_until([&] { return !accepts_connections(address); }));
  write_file(proxy.config_file(), config.text() + " ");

  EXPECT_EQ(proxy.wait_for_exit(), 0);
  EXPECT_EQ(proxy.wait_for_log("DRAIN_TIMEOUT")["path"], "/endless");
  EXPECT_TRUE(proxy.reloads().empty());
}

TEST(Shutdown, FollowsTermIntAndQuit) {
  FakeUpstream upstream{reply(200)};
  for (const int number : {SIGTERM, SIGINT, SIGQUIT}) {
    ProxyUnderTest proxy{route_all_to(upstream)};
    RawClient{proxy.address()}.get("/");

    proxy.signal(number);

    EXPECT_EQ(proxy.wait_for_exit(), 0) << "signal " << number;
  }
}

TEST(Startup, ABrokenConfigurationIsNamedAndEndsTheProgram) {
  const TemporaryFolder folder;
  write_file(folder / "c.json", route_all_to({"http://127.0.0.1:1"}).with("/workerz", 1).text());

  const Finished finished = run({HEADGATE_BINARY, "run", "--config", folder / "c.json"}, {.folder = folder.path()});

  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.err.find("workerz"), std::string::npos) << finished.err;
  EXPECT_NE(finished.err.find("did you mean \"workers\""), std::string::npos) << finished.err;
}

TEST(Startup, AMissingConfigurationIsNamedAndEndsTheProgram) {
  const TemporaryFolder folder;

  const Finished finished = run({HEADGATE_BINARY, "run", "--config", folder / "none.json"}, {.folder = folder.path()});

  EXPECT_NE(finished.exit_code, 0);
  EXPECT_NE(finished.err.find("none.json"), std::string::npos) << finished.err;
}

TEST(Startup, UsesTheWorkersThatItIsGiven) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream).with("/workers", 3)};

  for (int i = 0; i < 30; ++i) EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 200);

  EXPECT_LE(upstream.accepted(), 3) << "a pool for each worker";
}

}  // namespace
}  // namespace headgate::testing
