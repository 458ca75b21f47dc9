// What one turn of the loop does for a peer that sends faster than it is read.
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <string>

#include "net/socket_stream.hpp"
#include "support/event_loop_fixture.hpp"

namespace headgate::net {
namespace {

using testing::Running;
using namespace std::chrono_literals;

class SocketStreamTurnTest : public testing::EventLoopTest {
 protected:
  testing::SocketPair pair_;
  StreamPtr stream_ = make_socket_stream(loop_, testing::release(pair_.near));
};

/// Reads, or only waits to read, without end.
base::Task<int> read_for_ever(Stream& stream, bool only_wait, int& reads) {
  std::array<char, 4> space;
  for (;; ++reads) {
    if (only_wait) {
      if (const int error = co_await stream.readable(testing::patience); error != 0) co_return error;
      if (!stream.try_read(space).ok()) co_return EIO;
    } else {
      const IoResult got = co_await stream.read(space, testing::patience);
      if (!got.ok()) co_return EIO;
    }
  }
}

TEST_F(SocketStreamTurnTest, BytesWithoutEndLeaveTheTurnToTheOthers) {
  for (const bool only_wait : {false, true}) {
    const std::size_t reads_in_all = 10'000;
    testing::send_all(pair_.far, std::string(4 * reads_in_all, 'a'));
    int reads = 0;
    Running<int> reading{read_for_ever(*stream_, only_wait, reads)};

    loop_.run_once(10ms);
    EXPECT_GT(reads, 0);
    EXPECT_LT(reads, 50);
    ASSERT_TRUE(run_until([&] { return reads == static_cast<int>(reads_in_all); })) << reads;

    EXPECT_FALSE(reading.done());
    stream_->cancel();
    EXPECT_EQ(reading.done(), true);
  }
}

}  // namespace
}  // namespace headgate::net
