#include "net/socket_stream.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

#include "support/event_loop_fixture.hpp"

namespace headgate::net {
namespace {

using testing::Clock;
using testing::milliseconds;
using testing::Running;
using testing::SocketPair;
using namespace std::chrono_literals;

base::Task<IoResult> read(Stream& stream, std::span<char> space, milliseconds limit) {
  co_return co_await stream.read(space, limit);
}
base::Task<int> readable(Stream& stream, milliseconds limit) { co_return co_await stream.readable(limit); }

class SocketStreamTest : public testing::EventLoopTest {
 protected:
  SocketStreamTest() : stream_{make_socket_stream(loop_, testing::release(pair_.near))} {}

  [[nodiscard]] auto start_read(milliseconds limit = testing::patience) { return read(*stream_, space_, limit); }
  [[nodiscard]] std::string text(const IoResult& got) const { return {space_.data(), got.bytes}; }
  testing::Socket& peer() { return pair_.far; }

  SocketPair pair_;
  StreamPtr stream_;
  std::array<char, 1024> space_{};
};

TEST_F(SocketStreamTest, ReadWaitsForTheFirstByte) {
  Running<IoResult> reading{start_read()};
  settle();
  EXPECT_FALSE(reading.done());

  testing::send_all(peer(), "hello");
  ASSERT_TRUE(run_until([&] { return reading.done(); }));

  EXPECT_TRUE(reading.result().ok());
  EXPECT_EQ(text(reading.result()), "hello");
}

TEST_F(SocketStreamTest, ReadsWhatWasThereBefore) {
  testing::send_all(peer(), "hello");

  EXPECT_EQ(text(result_of(start_read())), "hello");
}

TEST_F(SocketStreamTest, ReadsOnAtOnceWhenMoreIsThereThanFits) {
  testing::send_all(peer(), std::string(space_.size(), 'a') + "bc");
  EXPECT_EQ(result_of(start_read()).bytes, space_.size());

  Running<IoResult> reading{start_read()};

  ASSERT_TRUE(reading.done()) << "the poller does not tell of it once more";
  EXPECT_EQ(text(reading.result()), "bc");
}

TEST_F(SocketStreamTest, TellsTheEndOfTheStream) {
  peer().close();

  EXPECT_TRUE(result_of(start_read()).end());
  EXPECT_TRUE(result_of(start_read()).end()) << "it stays at its end";
}

TEST_F(SocketStreamTest, SeesBytesAndTheEndThatAreToldTogether) {
  testing::send_all(peer(), "last words");
  peer().close();

  EXPECT_EQ(text(result_of(start_read())), "last words");
  EXPECT_TRUE(result_of(start_read(200ms)).end());
}

TEST_F(SocketStreamTest, SeesTheEndThatIsToldWhileAReadWaits) {
  Running<IoResult> reading{start_read()};
  settle();

  testing::send_all(peer(), "last words");
  peer().close();
  ASSERT_TRUE(run_until([&] { return reading.done(); }));

  EXPECT_EQ(text(reading.result()), "last words");
  EXPECT_TRUE(result_of(start_read(200ms)).end());
}

TEST_F(SocketStreamTest, TheTimeOfAReadRunsOut) {
  const auto began = Clock::now();

  const IoResult got = result_of(start_read(100ms));

  EXPECT_EQ(got.error, ETIMEDOUT);
  EXPECT_GE(Clock::now() - began, 95ms);
}

TEST_F(SocketStreamTest, CanBeReadAfterAReadTimedOut) {
  ASSERT_EQ(result_of(start_read(0ms)).error, ETIMEDOUT);

  testing::send_all(peer(), "late");

  EXPECT_EQ(text(result_of(start_read())), "late");
}

TEST_F(SocketStreamTest, ExtendsTheTimeOfAReadThatWaits) {
  const auto began = Clock::now();
  Running<IoResult> reading{start_read(0ms)};

  stream_->extend_read(150ms);
  ASSERT_TRUE(run_until([&] { return reading.done(); }));

  EXPECT_EQ(reading.result().error, ETIMEDOUT);
  EXPECT_GE(Clock::now() - began, 145ms);
}

TEST_F(SocketStreamTest, CancelEndsAReadAndLeavesTheStreamUsable) {
  Running<IoResult> reading{start_read()};

  stream_->cancel();

  ASSERT_TRUE(reading.done());
  EXPECT_EQ(reading.result().error, ECANCELED);
  testing::send_all(peer(), "hello");
  EXPECT_EQ(text(result_of(start_read())), "hello");
}

TEST_F(SocketStreamTest, CancelWithoutAWaitDoesNothing) {
  stream_->cancel();

  testing::send_all(peer(), "hello");
  EXPECT_EQ(text(result_of(start_read())), "hello");
}

TEST_F(SocketStreamTest, CloseEndsAReadAndTellsThePeer) {
  Running<IoResult> reading{start_read()};

  stream_->close();

  ASSERT_TRUE(reading.done());
  EXPECT_EQ(reading.result().error, ECANCELED);
  EXPECT_TRUE(testing::is_closed(peer()));
  EXPECT_EQ(stream_->try_read(space_).error, ECANCELED);
  EXPECT_EQ(stream_->look(), Stream::Peer::failed);
}

TEST_F(SocketStreamTest, ReadableWaitsWithoutTakingAByte) {
  Running<int> waiting{readable(*stream_, testing::patience)};
  settle();
  EXPECT_FALSE(waiting.done());

  testing::send_all(peer(), "hello");
  ASSERT_TRUE(run_until([&] { return waiting.done(); }));

  EXPECT_EQ(waiting.result(), 0);
  EXPECT_EQ(text(result_of(start_read())), "hello");
}

TEST_F(SocketStreamTest, ReadableIsOverAtTheEndAndInTime) {
  EXPECT_EQ(result_of(readable(*stream_, 0ms)), ETIMEDOUT);

  peer().close();

  EXPECT_EQ(result_of(readable(*stream_, testing::patience)), 0);
}

TEST_F(SocketStreamTest, LooksAtThePeerWithoutTakingAByte) {
  EXPECT_EQ(stream_->look(), Stream::Peer::silent);

  testing::send_all(peer(), "x");
  EXPECT_EQ(stream_->look(), Stream::Peer::spoke);
  EXPECT_EQ(text(result_of(start_read())), "x");

  peer().close();
  EXPECT_EQ(stream_->look(), Stream::Peer::closed);
}

TEST_F(SocketStreamTest, TellsAWatcherOnceThatThePeerSpoke) {
  int told = 0;
  settle();
  stream_->watch(
      testing::patience, [](void* count) { ++*static_cast<int*>(count); }, &told);
  settle();
  EXPECT_EQ(told, 0);

  testing::send_all(peer(), "x");
  ASSERT_TRUE(run_until([&] { return told > 0; }));
  testing::send_all(peer(), "y");
  settle();

  EXPECT_EQ(told, 1);
}

TEST_F(SocketStreamTest, TellsAWatcherOnceThatThePeerClosed) {
  int told = 0;
  settle();
  stream_->watch(
      150ms, [](void* count) { ++*static_cast<int*>(count); }, &told);

  peer().close();
  ASSERT_TRUE(run_until([&] { return told > 0; }));
  (void)run_until([] { return false; }, 300ms);  // past its time

  EXPECT_EQ(told, 1);
}

TEST_F(SocketStreamTest, TellsAWatcherOnceThatTheTimeIsOver) {
  int told = 0;
  const auto began = Clock::now();
  stream_->watch(
      100ms, [](void* count) { ++*static_cast<int*>(count); }, &told);

  ASSERT_TRUE(run_until([&] { return told > 0; }));
  EXPECT_GE(Clock::now() - began, 95ms);
  peer().close();
  settle();

  EXPECT_EQ(told, 1);
}

TEST_F(SocketStreamTest, TellsNothingAfterUnwatch) {
  int told = 0;
  settle();
  stream_->watch(
      testing::patience, [](void* count) { ++*static_cast<int*>(count); }, &told);

  stream_->unwatch();
  peer().close();
  settle();

  EXPECT_EQ(told, 0);
}

TEST_F(SocketStreamTest, MayBeDestroyedByItsWatcher) {
  settle();
  stream_->watch(
      testing::patience, [](void* stream) { static_cast<StreamPtr*>(stream)->reset(); }, &stream_);

  peer().close();  // readable and writable at once: the second half of the event finds nobody

  EXPECT_TRUE(run_until([&] { return stream_ == nullptr; }));
}

TEST_F(SocketStreamTest, MayBeDestroyedByItsReader) {
  auto reader = [](StreamPtr& stream, std::span<char> space) -> base::Task<IoResult> {
    const IoResult got = co_await stream->read(space, testing::patience);
    stream.reset();
    co_return got;
  };
  Running<IoResult> reading{reader(stream_, space_)};

  peer().close();

  ASSERT_TRUE(run_until([&] { return reading.done(); }));
  EXPECT_EQ(stream_, nullptr);
}

TEST_F(SocketStreamTest, ShutdownTellsThePeerTheEndAndReadsOn) {
  stream_->shutdown_write();

  EXPECT_TRUE(testing::is_closed(peer()));
  testing::send_all(peer(), "still here");
  EXPECT_EQ(text(result_of(start_read())), "still here");
}

}  // namespace
}  // namespace headgate::net
