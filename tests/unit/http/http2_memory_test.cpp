#include "http/http2_memory.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>

namespace headgate::http {
namespace {

const nghttp2_mem& memory() { return *http2_memory(); }

TEST(Http2Memory, KeepsTheContentOfABlockThatGrows) {
  void* block = memory().malloc(5, nullptr);
  std::memcpy(block, "frame", 5);

  block = memory().realloc(block, 9000, nullptr);

  EXPECT_EQ((std::string_view{static_cast<char*>(block), 5}), "frame");
  memory().free(block, nullptr);
}

TEST(Http2Memory, ZeroesWhatItIsAskedTo) {
  void* used = memory().malloc(64, nullptr);
  std::memset(used, 'x', 64);
  memory().free(used, nullptr);

  auto* zeroed = static_cast<char*>(memory().calloc(8, 8, nullptr));

  EXPECT_EQ((std::string_view{zeroed, 64}), std::string_view(std::string(64, '\0')));
  memory().free(zeroed, nullptr);
}

TEST(Http2Memory, RefusesACountWhoseSizeOverflows) {
  EXPECT_EQ(memory().calloc(std::numeric_limits<std::size_t>::max(), 2, nullptr), nullptr);
}

TEST(Http2Memory, AlignsForAnyType) {
  void* block = memory().malloc(1, nullptr);

  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block) % alignof(std::max_align_t), 0u);
  memory().free(block, nullptr);
}

TEST(Http2Memory, TakesNothingBack) { memory().free(nullptr, nullptr); }

TEST(Http2Memory, BeginsABlockThatIsToGrowFromNothing) {
  void* block = memory().realloc(nullptr, 16, nullptr);

  EXPECT_NE(block, nullptr);
  memory().free(block, nullptr);
}

}  // namespace
}  // namespace headgate::http
