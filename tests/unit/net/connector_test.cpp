#include "net/connector.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "support/event_loop_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::net {
namespace {

using testing::Clock;
using testing::Socket;
using namespace std::chrono_literals;

/// No descriptor of this number or above can be opened.
class DescriptorLimit {
 public:
  explicit DescriptorLimit(rlim_t limit) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit lower{limit, before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &lower);
  }
  DescriptorLimit(const DescriptorLimit&) = delete;
  DescriptorLimit& operator=(const DescriptorLimit&) = delete;
  ~DescriptorLimit() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

/// Puts something else in the place of every epoll set of this process, so that nothing can be added to one.
void break_epoll_sets(const Socket& instead) {
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry, gone) == "anon_inode:[eventpoll]")
      ::dup2(instead.fd(), std::stoi(entry.path().filename()));
  }
}

/// Sockets that this process has open.
std::ptrdiff_t open_sockets() {
  std::ptrdiff_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry, gone).string().starts_with("socket:")) ++count;
  }
  return count;
}

base::Task<bool> throws(base::Task<Result<StreamPtr>> connecting) {
  try {
    (void)co_await std::move(connecting);
  } catch (const std::system_error&) {
    co_return true;
  }
  co_return false;
}

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

TEST_F(ConnectorTest, BlamesAMissingDescriptorOnTheProxy) {
  const Socket listener = testing::listen_on("127.0.0.1:0");
  const SocketAddress address = address_of(listener);

  const auto stream = [&] {
    const DescriptorLimit none{0};
    return connect_within(address);
  }();

  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().cause, Cause::proxy_out_of_descriptors);
  EXPECT_EQ(stream.error().os_error, EMFILE);
  EXPECT_EQ(stream.error().info().origin, Origin::proxy);
}

TEST_F(ConnectorTest, ClosesTheSocketThatItCannotWatch) {
  const testing::FullBacklog full;  // so that it has to wait
  const auto colon = full.address().rfind(':');
  const auto port = static_cast<std::uint16_t>(std::stoi(full.address().substr(colon + 1)));
  const SocketAddress address = resolve({"127.0.0.1", port, ""}).value().front();
  break_epoll_sets(Socket{::open("/dev/null", O_RDONLY | O_CLOEXEC)});
  const auto before = open_sockets();

  EXPECT_TRUE(result_of(throws(connect(loop_, address, testing::patience, canceller_))));

  EXPECT_EQ(open_sockets(), before);
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
