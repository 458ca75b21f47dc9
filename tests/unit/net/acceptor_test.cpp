#include "net/acceptor.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/event_loop_fixture.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::net {
namespace {

using testing::Socket;
using testing::TemporaryFolder;

SocketAddress tcp(const char* host, std::uint16_t port = 0) { return resolve({host, port, ""}).value().front(); }
SocketAddress unix_socket(const std::string& path) { return SocketAddress::unix_path(path).value(); }

TEST(ListenSocket, GetsAFreePortForPortZero) {
  const auto socket = ListenSocket::open(tcp("127.0.0.1"), {}).value();

  EXPECT_NE(socket.bound().port(), 0);
  EXPECT_TRUE(testing::accepts_connections(socket.bound().text()));
}

TEST(ListenSocket, SharesItsPortWithAnotherOfThisUser) {
  const auto first = ListenSocket::open(tcp("127.0.0.1"), {}).value();

  const auto second = ListenSocket::open(first.bound(), {});

  ASSERT_TRUE(second);
  EXPECT_EQ(second->bound(), first.bound());
}

TEST(ListenSocket, ReportsAPortThatIsTakenByAStranger) {
  const Socket stranger = testing::listen_on("127.0.0.1:0");  // without SO_REUSEPORT
  const std::string address = testing::local_address(stranger);
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));

  const auto refused = ListenSocket::open(tcp("127.0.0.1", port), {});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::accept_failed);
  EXPECT_EQ(refused.error().os_error, EADDRINUSE);
}

TEST(ListenSocket, OnAllIpv6AddressesTakesIpv4Too) {
  const auto socket = ListenSocket::open(tcp("::"), {});
  if (!socket) GTEST_SKIP() << "no IPv6 here";

  EXPECT_TRUE(testing::accepts_connections("127.0.0.1:" + std::to_string(socket->bound().port())));
}

TEST(ListenSocket, MakesAUnixSocketWithItsPermissions) {
  const TemporaryFolder folder;
  ListenOptions options;
  options.unix_mode = 0600;

  const auto socket = ListenSocket::open(unix_socket(folder / "web.sock"), options).value();

  struct stat status {};
  ASSERT_EQ(::stat((folder / "web.sock").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_TRUE(testing::accepts_connections(socket.bound().text()));
}

TEST(ListenSocket, ReplacesAStaleUnixSocket) {
  const TemporaryFolder folder;
  { const auto dead = ListenSocket::open(unix_socket(folder / "web.sock"), {}).value(); }  // its file stays
  ASSERT_TRUE(std::filesystem::exists(folder / "web.sock"));

  const auto socket = ListenSocket::open(unix_socket(folder / "web.sock"), {});

  ASSERT_TRUE(socket);
  EXPECT_TRUE(testing::accepts_connections("unix:" + folder / "web.sock"));
}

TEST(ListenSocket, LeavesALiveUnixSocketAlone) {
  const TemporaryFolder folder;
  const auto alive = ListenSocket::open(unix_socket(folder / "web.sock"), {}).value();

  const auto refused = ListenSocket::open(unix_socket(folder / "web.sock"), {});

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().os_error, EADDRINUSE);
  EXPECT_TRUE(testing::accepts_connections("unix:" + folder / "web.sock"));
}

TEST(ListenSocket, DoesNotReplaceAFileThatIsNoSocket) {
  const TemporaryFolder folder;
  testing::write_file(folder / "web.sock", "precious");

  EXPECT_FALSE(ListenSocket::open(unix_socket(folder / "web.sock"), {}));

  EXPECT_EQ(testing::read_file(folder / "web.sock"), "precious");
}

class AcceptorTest : public testing::EventLoopTest {
 protected:
  std::unique_ptr<Acceptor> accept_on(ListenSocket socket) {
    auto acceptor = std::make_unique<Acceptor>(
        loop_, std::move(socket),
        [this](int fd, const SocketAddress& peer) {
          accepted_.emplace_back(fd);
          peers_.push_back(peer);
        },
        [this](int error) { failures_.push_back(error); });
    acceptor->start();
    return acceptor;
  }
  struct Started {
    std::string address;
    std::unique_ptr<Acceptor> acceptor;
  };
  /// On a free port of 127.0.0.1.
  Started start(const ListenOptions& options = {}) {
    auto socket = ListenSocket::open(tcp("127.0.0.1"), options).value();
    std::string address = socket.bound().text();
    return {std::move(address), accept_on(std::move(socket))};
  }
  Started start_deferring() {
    ListenOptions options;
    options.defer_accept = true;
    return start(options);
  }
  [[nodiscard]] bool run_until_accepted(std::size_t count) {
    return run_until([&] { return accepted_.size() == count; });
  }

  std::vector<Socket> accepted_;
  std::vector<SocketAddress> peers_;
  std::vector<int> failures_;
};

TEST_F(AcceptorTest, TakesConnectionsWithTheirPeers) {
  const auto [address, acceptor] = start();

  const Socket client = testing::connect_to(address);

  ASSERT_TRUE(run_until_accepted(1));
  EXPECT_EQ(peers_[0].text(), testing::local_address(client));
  testing::send_all(client, "hello");
  EXPECT_TRUE(run_until([&] { return testing::receive(accepted_[0]) == "hello"; }));
}

TEST_F(AcceptorTest, TakesADeferredConnectionWithItsFirstBytes) {
  const auto [address, acceptor] = start_deferring();
  const Socket silent = testing::connect_to(address);
  const Socket client = testing::connect_to(address);

  testing::send_all(client, "hello");

  ASSERT_TRUE(run_until_accepted(1));
  EXPECT_EQ(peers_[0].text(), testing::local_address(client));
  EXPECT_EQ(testing::receive(accepted_[0]), "hello");
}

TEST_F(AcceptorTest, TakesADeferredConnectionThatStaysSilent) {
  const auto [address, acceptor] = start_deferring();

  const Socket silent = testing::connect_to(address);

  EXPECT_TRUE(run_until_accepted(1));  // the kernel asks once more after a second
}

TEST_F(AcceptorTest, TakesMoreConnectionsThanOneTurnHandles) {
  const auto [address, acceptor] = start();
  std::vector<Socket> clients;

  for (int i = 0; i < 50; ++i) clients.push_back(testing::connect_to(address));

  EXPECT_TRUE(run_until_accepted(50));
}

TEST_F(AcceptorTest, TakesConnectionsOnAUnixSocket) {
  const TemporaryFolder folder;
  const auto acceptor = accept_on(ListenSocket::open(unix_socket(folder / "web.sock"), {}).value());

  const Socket client = testing::connect_to("unix:" + folder / "web.sock");

  ASSERT_TRUE(run_until_accepted(1));
  EXPECT_EQ(peers_[0].family(), AF_UNIX);
}

TEST_F(AcceptorTest, TakesWhatIsQueuedWhenItEnds) {
  auto [address, acceptor] = start();
  std::vector<Socket> clients;
  for (int i = 0; i < 20; ++i) clients.push_back(testing::connect_to(address));

  acceptor.reset();  // the loop has not turned yet

  EXPECT_EQ(accepted_.size(), 20U);
  EXPECT_FALSE(testing::accepts_connections(address));
}

// Regression: the descriptor that another worker holds kept the socket in this one's epoll set.
TEST_F(AcceptorTest, HearsNothingOfASharedUnixSocketAfterItsEnd) {
  const TemporaryFolder folder;
  auto first = ListenSocket::open(unix_socket(folder / "web.sock"), {}).value();
  const auto second = first.duplicate().value();
  auto acceptor = accept_on(std::move(first));
  settle();

  acceptor.reset();
  const Socket client = testing::connect_to("unix:" + folder / "web.sock");
  settle();

  EXPECT_TRUE(accepted_.empty());
}

/// Lets the process have no more descriptors than it has.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const Socket lowest_free{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    rlimit now = before_;
    now.rlim_cur = static_cast<rlim_t>(lowest_free.fd());
    ::setrlimit(RLIMIT_NOFILE, &now);
  }
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(AcceptorTest, PausesWhileThereAreNoDescriptorsAndRecovers) {
  const auto [address, acceptor] = start();
  settle();
  const Socket client = testing::connect_to(address);
  {
    const NoMoreDescriptors limit;
    ASSERT_TRUE(run_until([&] { return !failures_.empty(); }));
    EXPECT_EQ(failures_[0], EMFILE);
    for (int i = 0; i < 50; ++i) loop_.run_once(testing::milliseconds{0});  // far less than its pause
    EXPECT_LE(failures_.size(), 2U) << "it spins";
  }

  EXPECT_TRUE(run_until_accepted(1));
}

}  // namespace
}  // namespace headgate::net
