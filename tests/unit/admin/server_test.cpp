#include "admin/server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <thread>

#include "support/raw_client.hpp"
#include "support/temporary_folder.hpp"
#include "unit/admin/fake_proxy.hpp"

namespace headgate::admin {
namespace {

using testing::RawClient;
using testing::Response;
using namespace std::chrono_literals;

/// The server on a thread of its own; the test is its client.
class AdminServerTest : public ::testing::Test {
 protected:
  ~AdminServerTest() override {
    stop();
    server_.reset();
  }
  void stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }
  /// While no thread runs the context.
  std::string apply(const std::optional<config::Admin>& settings) {
    const bool running = thread_.joinable();
    stop();
    std::string why = server_->prepare(settings);
    if (why.empty())
      server_->commit();
    else
      server_->roll_back();
    if (running || why.empty()) run();
    return why;
  }
  void run() {
    context_.restart();
    thread_ = std::thread{[this] {
      const auto work = boost::asio::make_work_guard(context_);
      context_.run();
    }};
  }
  [[nodiscard]] std::string address() const { return to_string(server_->address().value()); }
  static config::Admin on(const std::string& host, std::uint16_t port = 0) { return {{host, port, ""}, {}}; }

  boost::asio::io_context context_{1};
  FakeProxy proxy_;
  std::optional<Server> server_{std::in_place, context_, proxy_};
  std::thread thread_;
};

TEST_F(AdminServerTest, AnswersOneRequestAfterTheOther) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");
  RawClient client{address()};

  for (int i = 0; i < 3; ++i) {
    const Response response = client.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.field("cache-control"), "no-store");
  }
}

TEST_F(AdminServerTest, AnswersRequestsThatComeTogether) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");
  RawClient client{address()};

  client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

  EXPECT_EQ(client.read_response().status, 200);
  EXPECT_EQ(client.read_response().status, 404);
}

TEST_F(AdminServerTest, TellsAClientThatWaitsToSendItsBody) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");
  RawClient client{address()};

  client.send("POST /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");

  EXPECT_EQ(client.read_response().status, 100);
  client.send("{}");
  EXPECT_EQ(client.read_response().status, 404);
}

TEST_F(AdminServerTest, WantsOneHost) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");

  EXPECT_EQ(RawClient{address()}.ask("GET /healthz HTTP/1.1\r\n\r\n").status, 400);
  EXPECT_EQ(RawClient{address()}.ask("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").status, 400);
  EXPECT_EQ(RawClient{address()}.ask("GET /healthz HTTP/1.0\r\n\r\n").status, 200);
}

TEST_F(AdminServerTest, TakesTargetsInAbsoluteForm) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");

  EXPECT_EQ(RawClient{address()}.ask("GET http://a/healthz HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
  EXPECT_EQ(RawClient{address()}.ask("GET http://a HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status, 404);
}

TEST_F(AdminServerTest, SendsNoBodyToHead) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");
  RawClient client{address()};

  const Response response = client.ask("HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_NE(response.field("content-length"), "0");
  EXPECT_EQ(client.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(AdminServerTest, ClosesWhenItIsAskedTo) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");
  RawClient client{address()};

  EXPECT_EQ(client.ask("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").status, 200);

  EXPECT_TRUE(client.closes());
}

TEST_F(AdminServerTest, RefusesWhatIsTooLargeOrNoRequest) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");

  EXPECT_EQ(RawClient{address()}.ask("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x') + "\r\n\r\n").status, 431);
  EXPECT_EQ(RawClient{address()}.ask("POST /api/v1/reload HTTP/1.1\r\nContent-Length: 20000\r\n\r\n").status, 413);
  EXPECT_EQ(RawClient{address()}.ask("\x16\x03\x01\x02\x03\r\n\r\n").status, 400);
  EXPECT_TRUE(proxy_.done.empty());
}

TEST_F(AdminServerTest, GivesUpOnARequestThatDoesNotCome) {
  config::Admin impatient = on("127.0.0.1");
  impatient.timeout = 50ms;
  impatient.idle_timeout = 100ms;
  ASSERT_EQ(apply(impatient), "");
  RawClient silent{address()};
  RawClient slow{address()};
  slow.send("GET /hea");

  EXPECT_TRUE(slow.closes());
  EXPECT_TRUE(silent.closes());
}

TEST_F(AdminServerTest, TakesNoMoreConnectionsThanConfigured) {
  config::Admin settings = on("127.0.0.1");
  settings.connections = 1;
  ASSERT_EQ(apply(settings), "");
  RawClient first{address()};
  ASSERT_EQ(first.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);

  EXPECT_TRUE(RawClient{address()}.closes());

  EXPECT_EQ(first.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(AdminServerTest, ListensOnAUnixSocketAndRemovesItAtTheEnd) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "admin.sock";
  ASSERT_EQ(apply(config::Admin{{"", 0, path}, {}}), "");

  EXPECT_EQ(RawClient{"unix:" + path}.ask("GET /api/v1/status HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);

  apply(std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST_F(AdminServerTest, LeavesTheSocketOfASuccessorAlone) {
  const testing::TemporaryFolder folder;
  const std::string path = folder / "admin.sock";
  ASSERT_EQ(apply(config::Admin{{"", 0, path}, {}}), "");
  std::filesystem::remove(path);
  const testing::Socket successor = testing::listen_on("unix:" + path);

  apply(std::nullopt);

  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(AdminServerTest, SaysThatItsPortIsTaken) {
  const testing::Socket other = testing::listen_on("127.0.0.1:0");
  const std::string taken = testing::local_address(other);
  const auto port = static_cast<std::uint16_t>(std::stoi(taken.substr(taken.find(':') + 1)));

  EXPECT_EQ(apply(on("127.0.0.1", port)), "cannot listen on " + taken + " (admin): Address already in use");

  EXPECT_FALSE(server_->address());
}

TEST_F(AdminServerTest, ServesOnWhereItWasWhenItCannotMove) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");
  const testing::Socket other = testing::listen_on("127.0.0.1:0");
  const std::string taken = testing::local_address(other);

  EXPECT_NE(apply(on("127.0.0.1", static_cast<std::uint16_t>(std::stoi(taken.substr(taken.find(':') + 1))))), "");

  EXPECT_EQ(RawClient{address()}.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

TEST_F(AdminServerTest, MovesAndStops) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");
  const std::string before = address();
  RawClient idle{before};
  ASSERT_EQ(idle.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);

  ASSERT_EQ(apply(on("127.0.0.2")), "");
  EXPECT_FALSE(testing::accepts_connections(before));
  EXPECT_TRUE(idle.closes());
  EXPECT_EQ(RawClient{address()}.ask("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);

  const std::string second = address();
  apply(std::nullopt);
  EXPECT_FALSE(testing::accepts_connections(second));
}

TEST_F(AdminServerTest, TakesANewTokenWithoutMoving) {
  ASSERT_EQ(apply(on("127.0.0.1")), "");
  const std::string before = address();
  RawClient client{before};
  ASSERT_EQ(client.ask("GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status, 200);
  config::Admin guarded = on("127.0.0.1");
  guarded.token = "secret";

  ASSERT_EQ(apply(guarded), "");

  EXPECT_EQ(address(), before);
  EXPECT_EQ(client.ask("GET /api/v1/status HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").status, 401);
  EXPECT_EQ(client.ask("GET /api/v1/status HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\n\r\n").status, 200);
}

}  // namespace
}  // namespace headgate::admin
