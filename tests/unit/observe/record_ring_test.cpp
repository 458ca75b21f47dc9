#include "observe/record_ring.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <thread>
#include <vector>

namespace headgate::observe {
namespace {

/// A block of `size` bytes that all are `value`.
bool push(RecordRing& ring, std::size_t size, unsigned char value) {
  std::byte* block = ring.reserve(size);
  if (block == nullptr) return false;
  std::memset(block, value, size);
  ring.commit();
  return true;
}

struct Popped {
  std::size_t size;
  unsigned char value;
};

std::optional<Popped> pop(RecordRing& ring) {
  const auto block = ring.front();
  if (block.empty()) return std::nullopt;
  const Popped popped{block.size(), static_cast<unsigned char>(block.front())};
  for (const std::byte byte : block) EXPECT_EQ(byte, block.front());
  ring.pop();
  return popped;
}

TEST(RecordRing, GivesBlocksBackInOrder) {
  RecordRing ring{4096};

  push(ring, 10, 1);
  push(ring, 1000, 2);

  EXPECT_EQ(pop(ring)->size, 10U);
  EXPECT_EQ(pop(ring)->value, 2);
  EXPECT_FALSE(pop(ring));
}

TEST(RecordRing, KeepsTheFrontUntilItIsPopped) {
  RecordRing ring{4096};

  push(ring, 3, 7);

  EXPECT_EQ(ring.front().size(), 3U);
  EXPECT_EQ(ring.front().size(), 3U);
}

TEST(RecordRing, RefusesABlockWhenFullAndTakesItWhenThereIsRoomAgain) {
  RecordRing ring{4096};
  int taken = 0;
  while (push(ring, 248, 1)) ++taken;

  pop(ring);

  EXPECT_EQ(taken, 16);  // 248 and the header are 256 bytes
  EXPECT_TRUE(push(ring, 248, 2));
  EXPECT_FALSE(push(ring, 248, 3));
}

TEST(RecordRing, LosesNothingWhenBlocksOfEverySizeGoRound) {
  RecordRing ring{4096};
  std::size_t popped = 0;

  for (std::size_t i = 0; i < 20'000; ++i) {
    const std::size_t size = 1 + i * 37 % RecordRing::max_block;
    ASSERT_TRUE(push(ring, size, static_cast<unsigned char>(i))) << i;
    const auto block = pop(ring);
    ASSERT_TRUE(block);
    ASSERT_EQ(block->size, size);
    ASSERT_EQ(block->value, static_cast<unsigned char>(i));
    ++popped;
  }

  EXPECT_EQ(popped, 20'000U);
}

TEST(RecordRing, TakesTheLargestBlockWhereverItStands) {
  for (std::size_t first = 1; first <= RecordRing::max_block; first += 61) {
    RecordRing ring{RecordRing::min_capacity};
    push(ring, first, 1);
    pop(ring);

    EXPECT_TRUE(push(ring, RecordRing::max_block, 2)) << first;
    EXPECT_EQ(pop(ring)->size, RecordRing::max_block) << first;
  }
}

TEST(RecordRing, RoundsItsCapacityUp) {
  EXPECT_EQ(RecordRing{1}.capacity(), RecordRing::min_capacity);
  EXPECT_EQ(RecordRing{5000}.capacity(), 8192U);
}

TEST(RecordRing, CarriesBlocksFromOneThreadToAnother) {  // the sanitizer for threads watches this one
  RecordRing ring{4096};
  constexpr unsigned count = 20'000;
  std::thread producer{[&] {
    for (unsigned i = 0; i < count; ++i) {
      while (!push(ring, 1 + i % 300, static_cast<unsigned char>(i))) std::this_thread::yield();
    }
  }};

  unsigned received = 0;
  bool in_order = true;
  while (received < count) {
    const auto block = pop(ring);
    if (!block) {
      std::this_thread::yield();
      continue;
    }
    in_order = in_order && block->size == 1 + received % 300 && block->value == static_cast<unsigned char>(received);
    ++received;
  }
  producer.join();

  EXPECT_TRUE(in_order);
}

}  // namespace
}  // namespace headgate::observe
