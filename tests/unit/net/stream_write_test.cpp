#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "net/socket_stream.hpp"
#include "support/event_loop_fixture.hpp"

namespace headgate::net {
namespace {

using testing::Clock;
using testing::milliseconds;
using testing::Running;
using namespace std::chrono_literals;

/// Bytes that show when some are missing or out of order.
std::string counted(std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; bytes.size() < size; ++i) bytes += std::to_string(i) + ' ';
  bytes.resize(size);
  return bytes;
}

class StreamWriteTest : public testing::EventLoopTest {
 protected:
  StreamWriteTest() {
    const int bytes = 4096;  // the kernel doubles it
    ::setsockopt(pair_.near.fd(), SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
    stream_ = make_socket_stream(loop_, testing::release(pair_.near));
  }
  testing::Socket& peer() { return pair_.far; }

  /// Reads slowly, in steps, while the write goes on.
  std::string read_all_of(Running<int>& writing, std::size_t step) {
    std::string received;
    EXPECT_TRUE(run_until([&] {
      const std::string more = testing::receive(peer(), step);
      received += more;
      return writing.done() && more.empty();
    }));
    return received;
  }

  testing::SocketPair pair_;
  StreamPtr stream_;
};

TEST_F(StreamWriteTest, IsReadyAtOnceWhenAllFits) {
  auto task = stream_->write({"one ", "", "two ", "three"}, testing::patience);

  ASSERT_TRUE(task.is_ready());
  EXPECT_EQ(task.ready_value(), 0);
  EXPECT_EQ(testing::receive(peer()), "one two three");
}

TEST_F(StreamWriteTest, IsReadyAtOnceWhenThereIsNothingToWrite) {
  EXPECT_TRUE(stream_->write({}, testing::patience).is_ready());
}

TEST_F(StreamWriteTest, SendsMoreThanTheSocketHoldsWhileTheReaderIsSlow) {
  const std::string body = counted(300'000);
  Running<int> writing{stream_->write({body}, testing::patience)};
  EXPECT_FALSE(writing.done());

  const std::string received = read_all_of(writing, 3000);

  EXPECT_EQ(writing.result(), 0);
  EXPECT_EQ(received, body);
}

TEST_F(StreamWriteTest, SendsSeveralPiecesInOrderWhileTheReaderIsSlow) {
  const std::string body = counted(100'000);
  for (const std::size_t head_size : {1U, 100U, 4000U, 50'000U}) {
    const std::string head(head_size, 'h');
    Running<int> writing{stream_->write({head, body, "", "tail"}, testing::patience)};

    const std::string received = read_all_of(writing, 3000);

    EXPECT_EQ(writing.result(), 0);
    EXPECT_TRUE(received == head + body + "tail") << "head of " << head_size;
  }
}

/// Takes just a given number of bytes at each call; room comes only when it was full, as an edge-triggered set tells.
class Steps final : public Stream {
 public:
  Steps(DeadlineWheel& wheel, std::vector<std::size_t> sizes) : Stream{wheel}, sizes_{std::move(sizes)} {}

  IoResult try_read(std::span<char>) override { return {0, EAGAIN}; }
  IoResult try_write(std::span<const iovec> pieces) override {
    std::size_t room = calls < sizes_.size() ? sizes_[calls] : std::string::npos;
    ++calls;
    std::size_t taken = 0;
    std::size_t offered = 0;
    for (const iovec& piece : pieces) {
      const std::size_t size = std::min(room, piece.iov_len);
      written.append(static_cast<const char*>(piece.iov_base), size);
      room -= size;
      taken += size;
      offered += piece.iov_len;
    }
    full = taken < offered;
    return taken == 0 ? IoResult{0, EAGAIN} : IoResult{taken, 0};
  }
  Peer look() override { return Peer::silent; }
  void shutdown_write() override {}
  /// Room is announced only to who was turned away.
  void make_room() {
    if (std::exchange(full, false)) became_writable();
  }

  std::string written;
  std::size_t calls = 0;
  std::size_t held = 0;  ///< not taken by the peer
  bool full = false;

 private:
  [[nodiscard]] std::size_t backlog() const override { return held; }
  void do_close() override {}
  void do_reset() override {}
  std::vector<std::size_t> sizes_;
};

// Regression: after one piece had gone out whole, the rest waited for room that nobody announced.
TEST_F(StreamWriteTest, WaitsForRoomOnlyAfterTheSocketWasFull) {
  for (const auto& sizes : {std::vector<std::size_t>{4, 4, 4}, {5, 3, 6}, {0, 4, 0, 2, 1}, {2, 2, 2, 2, 2, 2}}) {
    Steps stream{loop_.wheel(), sizes};
    Running<int> writing{stream.write({"head", "body", "tail"}, testing::patience)};

    while (!writing.done() && stream.full) stream.make_room();

    ASSERT_TRUE(writing.done()) << "it waits although there was room";
    EXPECT_EQ(stream.written, "headbodytail");
  }
}

TEST_F(StreamWriteTest, TheTimeWithoutRoomRunsOut) {
  const std::string body = counted(300'000);
  const auto began = Clock::now();

  EXPECT_EQ(result_of(stream_->write({body}, 100ms)), ETIMEDOUT);

  EXPECT_GE(Clock::now() - began, 95ms);
}

TEST_F(StreamWriteTest, EachBitOfRoomGivesNewTime) {
  const std::string body = counted(40'000);
  Running<int> writing{stream_->write({body}, 400ms)};
  auto next = Clock::now();
  std::size_t received = 0;

  const bool ended = run_until([&] {  // some ten steps of 100 ms
    if (Clock::now() < next) return false;
    next += 100ms;
    received += testing::receive(peer(), 4096).size();
    return writing.done();
  });

  ASSERT_TRUE(ended);
  EXPECT_EQ(writing.result(), 0);
  EXPECT_GT(received, 0U);
}

// Regression: a large socket tells of room long after the peer has begun to take what is in it.
TEST_F(StreamWriteTest, WhatThePeerTakesGivesNewTimeBeforeThereIsRoom) {
  Steps stream{loop_.wheel(), {4, 0, 0, 0, 0}};
  stream.held = 1'000;
  Running<int> writing{stream.write({"head", "body"}, 300ms)};
  auto next = Clock::now();

  for (int i = 0; i < 10; ++i) {  // for a second
    next += 100ms;
    ASSERT_TRUE(run_until([&] { return writing.done() || Clock::now() >= next; }));
    ASSERT_FALSE(writing.done()) << "after " << i;
    --stream.held;
  }
  ASSERT_TRUE(run_until([&] { return writing.done(); }));

  EXPECT_EQ(writing.result(), ETIMEDOUT);
}

TEST_F(StreamWriteTest, CancelEndsIt) {
  const std::string body = counted(300'000);
  Running<int> writing{stream_->write({body}, testing::patience)};
  ASSERT_FALSE(writing.done());

  stream_->cancel();

  ASSERT_TRUE(writing.done());
  EXPECT_EQ(writing.result(), ECANCELED);
}

TEST_F(StreamWriteTest, CancelEndsAReadAndAWriteTogether) {
  const std::string body = counted(300'000);
  std::array<char, 16> space{};
  auto reader = [](Stream& stream, std::span<char> into) -> base::Task<IoResult> {
    co_return co_await stream.read(into, testing::patience);
  };
  Running<int> writing{stream_->write({body}, testing::patience)};
  Running<IoResult> reading{reader(*stream_, space)};

  stream_->close();

  EXPECT_EQ(writing.result(), ECANCELED);
  EXPECT_EQ(reading.result().error, ECANCELED);
}

TEST_F(StreamWriteTest, ReportsAPeerThatIsGone) {
  peer().close();

  auto task = stream_->write({"hello"}, testing::patience);

  ASSERT_TRUE(task.is_ready());
  EXPECT_EQ(task.ready_value(), EPIPE);
}

TEST_F(StreamWriteTest, ReportsAPeerThatGoesMeanwhile) {
  const std::string body = counted(300'000);
  Running<int> writing{stream_->write({body}, testing::patience)};
  settle();

  peer().close();
  ASSERT_TRUE(run_until([&] { return writing.done(); }));

  EXPECT_TRUE(writing.result() == EPIPE || writing.result() == ECONNRESET) << writing.result();
}

TEST_F(StreamWriteTest, MayDestroyItsStreamWhenItEnds) {
  const std::string body = counted(300'000);
  auto writer = [](StreamPtr& stream, const std::string& bytes) -> base::Task<int> {
    const int error = co_await stream->write({bytes}, testing::patience);
    stream.reset();
    co_return error;
  };
  Running<int> writing{writer(stream_, body)};
  settle();

  peer().close();  // the end of the read and of the write in one event

  ASSERT_TRUE(run_until([&] { return writing.done(); }));
  EXPECT_EQ(stream_, nullptr);
}

TEST_F(StreamWriteTest, ResetIsSeenAsSuchByThePeer) {
  const testing::Socket listener = testing::listen_on("127.0.0.1:0");
  testing::Socket client = testing::connect_to(testing::local_address(listener));
  testing::Socket accepted{::accept4(listener.fd(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)};
  const StreamPtr stream = make_socket_stream(loop_, testing::release(accepted));

  stream->reset();

  char byte = 0;
  errno = 0;
  EXPECT_EQ(::recv(client.fd(), &byte, 1, 0), -1);
  EXPECT_EQ(errno, ECONNRESET);
}

}  // namespace
}  // namespace headgate::net
