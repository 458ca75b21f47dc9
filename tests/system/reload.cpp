#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

const Value another_listener = Value::of_json(R"({"name": "more", "address": "127.0.0.2:0"})");

bool has_logged(const ProxyUnderTest& proxy, std::string_view words) {
  const auto records = proxy.log();
  return std::any_of(records.begin(), records.end(),
                     [&](const LogRecord& record) { return record["message"].find(words) != std::string::npos; });
}

TEST(Reload, TakesAFileThatWasRenamedIntoPlace) {
  ProxyUnderTest proxy{saying("old")};
  RawClient client{proxy.address()};
  EXPECT_EQ(client.get("/").body, "old");

  EXPECT_EQ(proxy.reload_after([&] { replace_file(proxy.config_file(), saying("new").text()); }), "applied");

  EXPECT_EQ(client.get("/").body, "new") << "the same connection sees the new configuration";
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "new");
}

TEST(Reload, TakesAFileThatWasWrittenInPlace) {
  ProxyUnderTest proxy{saying("old")};

  EXPECT_EQ(proxy.reload_after([&] { write_file(proxy.config_file(), saying("new").text()); }), "applied");

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "new");
}

TEST(Reload, TakesASwapOfTheDirectoryLinkThatKubernetesUses) {
  namespace fs = std::filesystem;
  const TemporaryFolder mount;
  const auto publish = [&](const std::string& version, const Config& config) {
    fs::create_directory(mount.path() / version);
    write_file(mount.path() / version / "config.json", config.text());
    fs::create_directory_symlink(version, mount.path() / "..data_tmp");
    fs::rename(mount.path() / "..data_tmp", mount.path() / "..data");
  };
  publish("..1", saying("old"));
  fs::create_symlink("..data/config.json", mount.path() / "config.json");
  ChildProcess process{{HEADGATE_BINARY, "run", "--config", mount / "config.json"}, {.folder = mount.path()}};
  ASSERT_TRUE(wait_until([&] { return process.out().find("\nready\n") != std::string::npos; })) << process.err();
  const std::string line = process.out().substr(0, process.out().find('\n'));
  RawClient client{line.substr(13, line.find(" (") - 13)};
  EXPECT_EQ(client.get("/").body, "old");

  publish("..2", saying("new"));
  fs::remove_all(mount.path() / "..1");

  EXPECT_TRUE(wait_until([&] { return client.get("/").body == "new"; })) << process.out() << process.err();
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait_for_exit(), 0);
}

TEST(Reload, IsAskedForByHup) {
  ProxyUnderTest proxy{saying("old").with("/watch", false)};
  write_file(proxy.config_file(), saying("new").with("/watch", false).text());
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "old");

  EXPECT_EQ(proxy.reload_after([&] { proxy.signal(SIGHUP); }), "applied");

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "new");
}

TEST(Reload, OfTheSameTextChangesNothing) {
  ProxyUnderTest proxy{saying("same").with("/watch", false)};

  EXPECT_EQ(proxy.reload_after([&] { proxy.signal(SIGHUP); }), "unchanged");

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "same");
}

TEST(Reload, OfAnInvalidFileLeavesTheOldOneInService) {
  ProxyUnderTest proxy{saying("old")};
  const std::vector<Config> mistakes{Config{"{ \"routes\": ["}, saying("x").with("/routs", 1),
                                     saying("x").with("/routes/0/upstream", "nobody"), Config{""}};
  for (const Config& mistake : mistakes) {
    EXPECT_EQ(proxy.reload(mistake), "refused") << mistake.text();
    EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "old");
  }

  EXPECT_EQ(proxy.wait_for_log("RELOAD_FAILED", 3)["phase"], "reload");
  EXPECT_NE(proxy.wait_for_log("RELOAD_FAILED", 1).line.find("routes"), std::string::npos);
  EXPECT_EQ(proxy.reload(saying("mended")), "applied");
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "mended");
}

TEST(Reload, OnASignalDoesNotRefuseAFileThatIsBeingWritten) {
  ProxyUnderTest proxy{saying("old").with("/watch", false)};
  write_file(proxy.config_file(), "");  // as an editor leaves it between truncating and writing

  proxy.signal(SIGHUP);
  ASSERT_TRUE(wait_until([&] { return has_logged(proxy, "half written"); }));
  write_file(proxy.config_file(), saying("new").with("/watch", false).text());

  EXPECT_TRUE(wait_until([&] { return !proxy.reloads().empty(); }));
  EXPECT_EQ(proxy.reloads(), std::vector<std::string>{"applied"});
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "new");
}

TEST(Reload, OnASignalRefusesAFileThatStaysEmpty) {
  ProxyUnderTest proxy{saying("old").with("/watch", false)};
  write_file(proxy.config_file(), "");

  EXPECT_EQ(proxy.reload_after([&] { proxy.signal(SIGHUP); }), "refused");

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "old");
}

TEST(Reload, SurvivesAFileThatIsGoneForAWhile) {
  ProxyUnderTest proxy{saying("old")};

  std::filesystem::remove(proxy.config_file());
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "old");
  replace_file(proxy.config_file(), saying("new").text());

  RawClient client{proxy.address()};
  EXPECT_TRUE(wait_until([&] { return client.get("/").body == "new"; }));
}

TEST(Reload, LeavesAReceipt) {
  ProxyUnderTest proxy{saying("old")};

  proxy.reload(saying("new"));

  const LogRecord receipt = proxy.wait_for_log("RELOAD_APPLIED");
  EXPECT_EQ(receipt["phase"], "reload");
  for (const char* member : {"time", "level", "reload_id", "hash", "duration_ms", "outcome"})
    EXPECT_FALSE(receipt[member].empty()) << member << " in " << receipt.line;
}

TEST(Reload, AddsAListener) {
  const TemporaryFolder folder;
  const std::string added = "unix:" + (folder / "more.sock");
  ProxyUnderTest proxy{saying("x")};
  RawClient client{proxy.address()};
  client.get("/");

  EXPECT_EQ(proxy.reload(saying("y").with("/listeners/1/name", "more").with("/listeners/1/address", added)), "applied");

  EXPECT_EQ(RawClient{added}.get("/").body, "y");
  EXPECT_EQ(client.get("/").body, "y") << "a connection of a kept listener lives on";
}

TEST(Reload, NamesThePortOfAnAddedListener) {
  ProxyUnderTest proxy{saying("x")};

  EXPECT_EQ(proxy.reload(saying("y").with("/listeners/1", another_listener)), "applied");

  EXPECT_EQ(RawClient{proxy.address("more")}.get("/").body, "y");
}

TEST(Reload, LowersALimitInTheMiddleOfALargeHead) {
  ProxyUnderTest proxy{saying("old").with("/limits/head_bytes", "1MiB")};
  RawClient client{proxy.address()};
  client.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(300'000, 'x'));
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "old");  // one worker: it has read the part of the head by now

  EXPECT_EQ(proxy.reload(saying("new").with("/limits/head_bytes", "1KiB")), "applied");

  EXPECT_EQ(client.ask(std::string(200'000, 'x') + "\r\n\r\n").status, 200) << "the head began under the old limit";
}

TEST(Reload, RemovesAListener) {
  ProxyUnderTest proxy{saying("x").with("/listeners/1", another_listener)};
  const std::string removed = proxy.address("more");
  EXPECT_EQ(RawClient{removed}.get("/").status, 200);

  EXPECT_EQ(proxy.reload(saying("y")), "applied");

  EXPECT_TRUE(wait_until([&] { return !accepts_connections(removed); }));
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "y");
}

TEST(Reload, AnswersAClientThatHasOnlyConnectedToTheRemovedListener) {
  ProxyUnderTest proxy{saying("x").with("/listeners/1", another_listener)};
  RawClient client{proxy.address("more")};

  EXPECT_EQ(proxy.reload(saying("y")), "applied");

  EXPECT_EQ(client.get("/").body, "y");
}

TEST(Reload, IsRefusedWholeWhenAListenerCannotBeOpened) {
  const Socket taken = listen_on("127.0.0.1:0");
  ProxyUnderTest proxy{saying("old")};

  EXPECT_EQ(
      proxy.reload(saying("new").with("/listeners/1/name", "taken").with("/listeners/1/address", local_address(taken))),
      "refused");

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "old");
}

TEST(Reload, ARunningRequestFinishesOnItsOwnConfiguration) {
  Signal go;
  FakeUpstream before{[&](UpstreamConnection& connection) {
    connection.receive();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
    go.wait();
    connection.send(" last");
    connection.read_until_close();
  }};
  FakeUpstream after{reply(200, "after")};
  ProxyUnderTest proxy{route_all_to(before).with("/routes/0/response_headers/set/X-Version", "1")};
  RawClient running{proxy.address()};
  running.send(RawClient::get_request("/"));
  const std::string head = running.read_head();

  EXPECT_EQ(proxy.reload(route_all_to(after)), "applied");
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "after");
  go.set();

  EXPECT_NE(head.find("X-Version: 1"), std::string::npos);
  EXPECT_EQ(running.read_exactly(10), "first last");
  EXPECT_EQ(running.get("/").body, "after");
}

TEST(Reload, KeepsConnectionsToBackendsThatStay) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};
  RawClient client{proxy.address()};

  client.get("/");
  EXPECT_EQ(proxy.reload(route_all_to(upstream).with("/routes/0/name", "renamed")), "applied");
  client.get("/");

  EXPECT_EQ(upstream.accepted(), 1);
}

TEST(Reload, LetsGoOfBackendsThatWereRemoved) {
  FakeUpstream before{reply(200)};
  FakeUpstream after{reply(200)};
  ProxyUnderTest proxy{route_all_to(before)};
  RawClient{proxy.address()}.get("/");
  EXPECT_EQ(before.open(), 1);

  EXPECT_EQ(proxy.reload(route_all_to(after)), "applied");
  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 200);

  EXPECT_TRUE(wait_until([&] { return before.open() == 0; }));
}

TEST(Reload, ChangesTimeoutsAndLimitsToo) {
  FakeUpstream upstream{reply(200)};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_EQ(proxy.reload(route_all_to(upstream).with("/timeouts/client_idle", "200ms").with("/limits/body_bytes", 10)),
            "applied");

  EXPECT_EQ(RawClient{proxy.address()}.post("/", "more than ten").status, 413);
  RawClient client{proxy.address()};
  client.get("/");
  EXPECT_TRUE(client.closes());
}

}  // namespace
}  // namespace headgate::testing
