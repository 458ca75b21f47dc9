#include "base/buffer.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace headgate::base {
namespace {

void put(Buffer& buffer, std::string_view bytes) {
  ASSERT_GE(buffer.space().size(), bytes.size());
  std::memcpy(buffer.space().data(), bytes.data(), bytes.size());
  buffer.commit(bytes.size());
}

TEST(Buffer, HoldsNoMemoryUntilAPoolLendsSome) {
  const Buffer buffer;

  EXPECT_FALSE(buffer.has_memory());
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0U);
}

TEST(Buffer, ShowsWhatWasCommittedAndNotConsumed) {
  BufferPool pool;
  Buffer buffer = pool.lend();

  put(buffer, "GET / HTTP");
  buffer.consume(4);

  EXPECT_EQ(buffer.view(), "/ HTTP");
  EXPECT_EQ(buffer.size(), 6U);
}

TEST(Buffer, HasItsWholeSpaceAgainWhenAllIsConsumed) {
  BufferPool pool;
  Buffer buffer = pool.lend();
  put(buffer, "abc");

  buffer.consume(3);

  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.space().size(), buffer.capacity());
}

TEST(Buffer, SkipLeavesTheBytesInTheirPlace) {
  BufferPool pool;
  Buffer buffer = pool.lend();
  put(buffer, "head");
  const std::string_view head = buffer.view();

  buffer.skip(4);
  put(buffer, "body");

  EXPECT_EQ(head, "head");
  EXPECT_EQ(buffer.view(), "body");
  EXPECT_EQ(buffer.view().data(), head.data() + 4);
}

TEST(Buffer, CompactMovesTheBytesToTheFront) {
  BufferPool pool;
  Buffer buffer = pool.lend();
  put(buffer, "headbody");
  buffer.skip(4);

  buffer.compact();

  EXPECT_EQ(buffer.view(), "body");
  EXPECT_EQ(buffer.space().size(), buffer.capacity() - 4);
}

TEST(Buffer, ReleaseReturnsTheBlock) {
  BufferPool pool;
  Buffer buffer = pool.lend();
  put(buffer, "abc");
  EXPECT_EQ(pool.lent(), 1U);

  buffer.release();
  buffer.release();

  EXPECT_EQ(pool.lent(), 0U);
  EXPECT_FALSE(buffer.has_memory());
  EXPECT_TRUE(buffer.empty());
}

TEST(Buffer, TakesOverTheBlockOfTheOneThatIsAssigned) {
  BufferPool pool;
  Buffer first = pool.lend();
  Buffer second = pool.lend();
  put(second, "second");

  first = std::move(second);

  EXPECT_EQ(first.view(), "second");
  EXPECT_EQ(pool.lent(), 1U);
}

TEST(BufferPool, LendsTheSizeThatIsEnough) {
  BufferPool pool;

  EXPECT_EQ(pool.lend().capacity(), BufferPool::small);
  EXPECT_EQ(pool.lend(1).capacity(), BufferPool::small);
  EXPECT_EQ(pool.lend(BufferPool::small + 1).capacity(), BufferPool::small + 1);
  EXPECT_EQ(pool.lend(BufferPool::large).capacity(), BufferPool::large);
  EXPECT_EQ(pool.lend(BufferPool::large + 1).capacity(), BufferPool::large + 1);
}

TEST(BufferPool, LendsOnlySoManyLargeBlocksForStreaming) {
  BufferPool pool;
  std::vector<Buffer> stuck;
  for (std::size_t i = 0; i < BufferPool::most_large; ++i) stuck.push_back(pool.lend_for_streaming());
  EXPECT_EQ(stuck.back().capacity(), BufferPool::large);

  EXPECT_EQ(pool.lend_for_streaming().capacity(), BufferPool::small);

  stuck.pop_back();
  EXPECT_EQ(pool.lend_for_streaming().capacity(), BufferPool::large);
}

TEST(BufferPool, LendsAReturnedBlockAgain) {
  BufferPool pool;
  for (const std::size_t size : {BufferPool::small, BufferPool::large}) {
    Buffer buffer = pool.lend(size);
    const char* block = buffer.space().data();
    buffer.release();

    Buffer again = pool.lend(size);

    EXPECT_EQ(again.space().data(), block);
    EXPECT_TRUE(again.empty());
  }
}

TEST(BufferPool, GrowingKeepsTheBytes) {
  BufferPool pool;
  Buffer buffer = pool.lend();
  put(buffer, std::string(BufferPool::small, 'x'));
  buffer.skip(BufferPool::small - 3);

  buffer = pool.grow(std::move(buffer), BufferPool::small + 1000);

  EXPECT_EQ(buffer.view(), "xxx");
  EXPECT_EQ(buffer.capacity(), BufferPool::small + 1000);
  EXPECT_EQ(pool.lent(), 1U);
}

TEST(BufferPool, GrowingNeverLosesBytesOrRoom) {  // the size asked for may come from other limits than the bytes
  BufferPool pool;
  Buffer buffer = pool.lend(BufferPool::large);
  put(buffer, std::string(BufferPool::large, 'x'));

  buffer = pool.grow(std::move(buffer), BufferPool::small + 1000);

  EXPECT_EQ(buffer.size(), BufferPool::large);
  EXPECT_GE(buffer.space().size(), BufferPool::small);
}

TEST(BufferPool, GrowsAnEmptyBuffer) {
  BufferPool pool;

  const Buffer buffer = pool.grow(Buffer{}, 100);

  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), BufferPool::small);
}

TEST(BufferPool, TakesBackMoreThanItKeeps) {  // the leak sanitizer watches what is over
  BufferPool pool;
  std::vector<Buffer> buffers;
  for (int i = 0; i < 300; ++i) buffers.push_back(pool.lend());
  for (int i = 0; i < 20; ++i) buffers.push_back(pool.lend(BufferPool::large));
  EXPECT_EQ(pool.lent(), 320U);

  buffers.clear();

  EXPECT_EQ(pool.lent(), 0U);
}

}  // namespace
}  // namespace headgate::base
