#include "base/frame_pool.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "support/waiting.hpp"

namespace headgate::base {
namespace {

TEST(FramePool, GivesMemoryOfTheWholeSize) {
  for (const std::size_t size : {1U, 63U, 64U, 65U, 4095U, 4096U, 4097U, 100'000U}) {
    void* frame = allocate_frame(size);

    std::memset(frame, 0xAB, size);  // the sanitizer watches the end

    release_frame(frame, size);
  }
}

TEST(FramePool, GivesAFreedFrameAgainForASizeOfItsClass) {
  if (testing::sanitized) GTEST_SKIP() << "sanitizers see every frame: nothing is recycled";
  void* frame = allocate_frame(190);
  release_frame(frame, 190);

  void* again = allocate_frame(129);  // both in (128, 192]

  EXPECT_EQ(again, frame);
  release_frame(again, 129);
}

TEST(FramePool, ServesStrings) {
  FrameString text(100, 'a');

  text.append(10'000, 'b');

  EXPECT_EQ(text.size(), 10'100U);
  EXPECT_EQ(FrameString(text).back(), 'b');
}

TEST(FramePool, GivesNoFreedFrameToALargerClass) {
  void* frame = allocate_frame(192);
  release_frame(frame, 192);

  void* larger = allocate_frame(193);
  std::memset(larger, 0xAB, 193);

  EXPECT_NE(larger, frame);
  release_frame(larger, 193);
}

TEST(FramePool, GivesEachLivingFrameItsOwnMemory) {
  std::vector<unsigned char*> frames;
  for (int i = 0; i < 3000; ++i) {  // more than a class keeps
    frames.push_back(static_cast<unsigned char*>(allocate_frame(256)));
    std::memset(frames.back(), i % 251, 256);
  }

  for (int i = 0; i < 3000; ++i) {
    EXPECT_EQ(frames[static_cast<std::size_t>(i)][0], i % 251);
    EXPECT_EQ(frames[static_cast<std::size_t>(i)][255], i % 251);
  }

  for (unsigned char* frame : frames) release_frame(frame, 256);
}

TEST(FramePool, FreesWhatAThreadKeptWhenTheThreadEnds) {  // the leak sanitizer watches
  std::thread{[] { release_frame(allocate_frame(512), 512); }}.join();
}

}  // namespace
}  // namespace headgate::base
