// What a socket does about the order and the packets of what it sends.
#include <gtest/gtest.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>

#include "net/socket_stream.hpp"
#include "support/event_loop_fixture.hpp"

namespace headgate::net {
namespace {

using testing::Running;

class SocketStreamSendTest : public testing::EventLoopTest {
 protected:
  testing::Socket& peer() { return pair_.far; }

  testing::SocketPair pair_;
  StreamPtr stream_ = make_socket_stream(loop_, testing::release(pair_.near));
};

TEST_F(SocketStreamSendTest, AfterManyWritesTheOthersHaveTheirTurn) {
  int writes = 0;
  bool other_told = false;
  auto writer = [](Stream& stream, int& count) -> base::Task<int> {
    for (; count < 100; ++count)
      if (const int error = co_await stream.write({"x"}, testing::patience); error != 0) co_return error;
    co_return 0;
  };
  Running<int> writing{writer(*stream_, writes)};
  const int in_one_turn = writes;
  EXPECT_FALSE(writing.done());
  EXPECT_LT(in_one_turn, 50);
  loop_.post([&] { other_told = true; });

  loop_.run_once(std::chrono::milliseconds{0});

  EXPECT_TRUE(other_told);
  EXPECT_LT(writes, 100);
  ASSERT_TRUE(run_until([&] { return writing.done(); }));
  EXPECT_EQ(writing.result(), 0);
  EXPECT_EQ(testing::receive(peer()).substr(0, 5), "xxxxx");
}

TEST_F(SocketStreamSendTest, ClosingEndsAWriteThatWaitsForItsTurn) {
  auto writer = [](Stream& stream) -> base::Task<int> {
    for (;;)
      if (const int error = co_await stream.write({"x"}, testing::patience); error != 0) co_return error;
  };
  Running<int> writing{writer(*stream_)};
  ASSERT_FALSE(writing.done());

  stream_->close();

  ASSERT_TRUE(writing.done());
  EXPECT_EQ(writing.result(), ECANCELED);
}

/// Segments that have reached a TCP socket.
std::uint32_t segments_in(const testing::Socket& socket) {
  tcp_info info{};
  socklen_t length = sizeof info;
  ::getsockopt(socket.fd(), IPPROTO_TCP, TCP_INFO, &info, &length);
  return info.tcpi_segs_in;
}

TEST_F(SocketStreamSendTest, TheLastBytesAndTheEndThatFollowsShareAPacket) {
  const testing::Socket listener = testing::listen_on("127.0.0.1:0");
  testing::Socket client = testing::connect_to(testing::local_address(listener));
  StreamPtr stream = make_socket_stream(loop_, ::accept4(listener.fd(), nullptr, nullptr, SOCK_NONBLOCK));
  const std::uint32_t before = segments_in(client);

  stream->end_follows();
  EXPECT_EQ(result_of(stream->write({"goodbye"}, testing::patience)), 0);
  stream.reset();

  EXPECT_EQ(testing::receive(client), "goodbye");
  EXPECT_TRUE(testing::is_closed(client));
  EXPECT_EQ(segments_in(client), before + 1);
}

}  // namespace
}  // namespace headgate::net
