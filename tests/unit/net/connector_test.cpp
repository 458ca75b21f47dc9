#include "net/connector.hpp"

#include <gtest/gtest.h>

#include "support/event_loop_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::net {
namespace {

using testing::Clock;
using testing::Socket;
using namespace std::chrono_literals;

class ConnectorTest : public testing::EventLoopTest {
 protected:
  static SocketAddress address_of(const Socket& socket) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    ::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&storage), &length);
    return SocketAddress{reinterpret_cast<const sockaddr*>(&storage), length};
  }
  Result<StreamPtr> connect_within(const SocketAddress& address, std::chrono::milliseconds limit = testing::patience) {
    return result_of(connect(loop_, address, limit, canceller_));
  }
  ConnectCanceller canceller_;
  /// Connects, and checks that bytes pass.
  void expect_connects_to(const std::string& address) {
    const Socket listener = testing::listen_on(address);

    auto stream = connect_within(address_of(listener));

    ASSERT_TRUE(stream) << to_string(stream.error().cause) << ' ' << stream.error().os_error;
    const Socket accepted{::accept(listener.fd(), nullptr, nullptr)};
    ASSERT_EQ(result_of((*stream)->write({"hello"}, testing::patience)), 0);
    EXPECT_EQ(testing::receive(accepted), "hello");
  }
};

TEST_F(ConnectorTest, ConnectsOverIpv4) { expect_connects_to("127.0.0.1:0"); }

TEST_F(ConnectorTest, ConnectsOverIpv6) {
  try {
    (void)testing::listen_on("[::1]:0");
  } catch (const std::runtime_error&) {
    GTEST_SKIP() << "no IPv6 here";
  }
  expect_connects_to("[::1]:0");
}

TEST_F(ConnectorTest, ConnectsToAUnixSocket) {
  const testing::TemporaryFolder folder;
  expect_connects_to("unix:" + folder / "app.sock");
}

TEST_F(ConnectorTest, ReportsARefusalWithItsErrno) {
  const Socket bound_only{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};  // keeps the port from others
  const SocketAddress any = resolve({"127.0.0.1", 0, ""}).value().front();
  ASSERT_EQ(::bind(bound_only.fd(), any.data(), any.size()), 0);

  const auto stream = connect_within(address_of(bound_only));

  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().cause, Cause::upstream_connect_failed);
  EXPECT_EQ(stream.error().os_error, ECONNREFUSED);
}

TEST_F(ConnectorTest, ReportsAMissingUnixSocket) {
  const testing::TemporaryFolder folder;

  const auto stream = connect_within(SocketAddress::unix_path(folder / "missing.sock").value());

  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().cause, Cause::upstream_connect_failed);
  EXPECT_EQ(stream.error().os_error, ENOENT);
}

TEST_F(ConnectorTest, GivesUpWhenTheListenersQueueIsFull) {
  const testing::FullBacklog full;
  const auto colon = full.address().rfind(':');
  const auto port = static_cast<std::uint16_t>(std::stoi(full.address().substr(colon + 1)));
  const auto began = Clock::now();

  const auto stream = connect_within(resolve({"127.0.0.1", port, ""}).value().front(), 100ms);

  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().cause, Cause::upstream_connect_timeout);
  EXPECT_GE(Clock::now() - began, 95ms);
}

TEST_F(ConnectorTest, ReportsAnAddressFamilyThatDoesNotExist) {
  sockaddr_storage strange{};
  strange.ss_family = 255;

  const auto stream = connect_within(SocketAddress{reinterpret_cast<const sockaddr*>(&strange), sizeof strange});

  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().os_error, EAFNOSUPPORT);
}

TEST_F(ConnectorTest, IsCancelledFromOutside) {
  const testing::FullBacklog backlog;
  const std::string address = backlog.address();
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  const SocketAddress full = resolve({"127.0.0.1", port, ""}).value().front();
  testing::Running<Result<StreamPtr>> connecting{connect(loop_, full, testing::patience, canceller_)};
  settle();
  ASSERT_FALSE(connecting.done());

  canceller_.cancel();

  ASSERT_TRUE(connecting.done());
  EXPECT_EQ(connecting.result().error().os_error, ECANCELED);
  canceller_.cancel();  // nobody waits any more
}

}  // namespace
}  // namespace headgate::net
