// The raw client, the fake upstream and child processes against each other: what the other system tests rely on.
#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <cstdlib>
#include <string>

#include "support/child_process.hpp"
#include "support/fake_upstream.hpp"
#include "support/prerequisites.hpp"
#include "support/raw_client.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::testing {
namespace {

TEST(TestLanguage, AFakeUpstreamAnswersAndRemembersRequests) {
  FakeUpstream upstream{reply(200, "hello", "X-A: 1\r\nx-a: 2\r\n")};
  RawClient client{upstream.address()};

  const Response response = client.post("/p?q", "body", "X-B: b\r\n");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.field("X-A"), "1, 2");
  EXPECT_EQ(upstream.accepted(), 1);
  EXPECT_EQ(upstream.last_request().start_line, "POST /p?q HTTP/1.1");
  EXPECT_EQ(upstream.last_request().field("x-b"), "b");
  EXPECT_EQ(upstream.last_request().body, "body");
}

TEST(TestLanguage, BodiesAreReadByTheirFraming) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    connection.send("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    connection.send(chunk("abc") + "2;x=y\r\nde\r\n" + chunk("") + "X-Sum: 5\r\n\r\n");
    connection.receive();
    connection.send("HTTP/1.1 200 OK\r\n\r\nto the end");
  }};
  RawClient client{upstream.address()};

  const Response hints = client.get("/");
  const Response chunked = client.read_response();
  const Response open_ended = client.get("/");

  EXPECT_EQ(hints.status, 103);
  EXPECT_EQ(chunked.body, "abcde");
  EXPECT_EQ(chunked.trailer("x-sum"), "5");
  EXPECT_EQ(chunked.chunk_lines, (std::vector<std::string>{"3", "2;x=y", "0"}));
  EXPECT_EQ(open_ended.body, "to the end");
  EXPECT_EQ(client.ending(), Ending::closed);
}

TEST(TestLanguage, EveryAddressFamilyCanBeReached) {
  const TemporaryFolder folder;
  for (const std::string& address : {std::string("127.0.0.1:0"), std::string("[::1]:0"), "unix:" + (folder / "s")}) {
    FakeUpstream upstream{reply(204), address};

    EXPECT_EQ(RawClient{upstream.address()}.get("/").status, 204) << address;
  }
}

TEST(TestLanguage, AResetIsNotAClose) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    connection.receive();
    if (connection.number() == 0) connection.reset();
  }};
  RawClient first{upstream.address()};
  RawClient second{upstream.address()};

  first.send(RawClient::get_request("/"));
  EXPECT_TRUE(first.closes());
  second.send(RawClient::get_request("/"));
  EXPECT_TRUE(second.closes());

  EXPECT_EQ(first.ending(), Ending::reset);
  EXPECT_EQ(second.ending(), Ending::closed);
}

TEST(TestLanguage, AWaitThatRunsOutThrowsWhatHadCome) {
  FakeUpstream upstream{raw_reply("HTTP/1.1 200 OK\r\nX: half", After::keep)};
  RawClient client{upstream.address()};
  client.set_deadline(50ms);

  try {
    client.get("/");
    FAIL() << "no exception";
  } catch (const TimedOut& problem) {
    EXPECT_NE(std::string(problem.what()).find("X: half"), std::string::npos);
  }
}

TEST(TestLanguage, AChildsOutputAndExitCodeAreCollected) {
  const TemporaryFolder folder;

  const Finished finished = run({"sh", "-c", "pwd; echo $WORD >&2; ulimit -n; exit 3"},
                                {.folder = folder.path(), .environment = {"WORD=said"}, .open_files = 77});

  EXPECT_EQ(finished.exit_code, 3);
  EXPECT_EQ(finished.out, folder.path().string() + "\n77\n");
  EXPECT_EQ(finished.err, "said\n");
}

TEST(TestLanguage, AChildEndsWithItsObject) {
  pid_t pid = 0;
  {
    ChildProcess child{{"sleep", "100"}};
    pid = child.pid();

    EXPECT_TRUE(child.running());
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

void needs_what_nobody_has() { HEADGATE_NEEDS("sh", "headgate-peer-of-nobody"); }

TEST(TestLanguage, APeerThatIsMissingFailsTheTestWherePeersAreRequired) {
  const char* before = std::getenv("HEADGATE_REQUIRE_PEERS");
  const std::string value = before == nullptr ? "" : before;

  setenv("HEADGATE_REQUIRE_PEERS", "1", 1);
  EXPECT_FATAL_FAILURE(needs_what_nobody_has(), "no headgate-peer-of-nobody, and HEADGATE_REQUIRE_PEERS is set");
  setenv("HEADGATE_REQUIRE_PEERS", value.c_str(), 1);
}

}  // namespace
}  // namespace headgate::testing
