#include "http/http2_frame_progress.hpp"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <string>

#include "support/http2_frames.hpp"

namespace headgate::http {
namespace {

using testing::bytes_of;

const std::string preface{NGHTTP2_CLIENT_MAGIC};

Http2FrameProgress after(const std::string& bytes) {
  Http2FrameProgress progress;
  progress.advance(bytes);
  return progress;
}

TEST(Http2FrameProgress, OwesThePrefaceFirst) {
  EXPECT_TRUE(after("").pending());
  EXPECT_FALSE(after("").in_data());
  EXPECT_TRUE(after(preface.substr(0, 23)).pending());
  EXPECT_FALSE(after(preface).pending());
}

TEST(Http2FrameProgress, OwesWhatIsMissingOfAFrame) {
  const std::string ping = testing::ping_frame();
  for (std::size_t size = 1; size < ping.size(); ++size) EXPECT_TRUE(after(preface + ping.substr(0, size)).pending());

  EXPECT_FALSE(after(preface + ping).pending());
  EXPECT_FALSE(after(preface + testing::settings_frame()).pending());
}

TEST(Http2FrameProgress, OwesTheRestOfAHead) {
  const std::string begun = preface + bytes_of({NGHTTP2_HEADERS, 0, 1, "x"});

  EXPECT_TRUE(after(begun).pending());
  EXPECT_TRUE(after(begun + bytes_of({NGHTTP2_CONTINUATION, 0, 1, "x"})).pending());
  EXPECT_FALSE(after(begun + bytes_of({NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 1, "x"})).pending());
}

TEST(Http2FrameProgress, KnowsDataByItsHead) {
  const std::string data = testing::data_frame(1, "body");

  EXPECT_FALSE(after(preface + data.substr(0, 8)).in_data());
  EXPECT_TRUE(after(preface + data.substr(0, 9)).in_data());
  EXPECT_TRUE(after(preface + data.substr(0, 12)).in_data());
  EXPECT_FALSE(after(preface + data).in_data());
}

TEST(Http2FrameProgress, CountsWhatIsCompleteHoweverItIsCut) {
  const std::string bytes = preface + testing::settings_frame() + testing::ping_frame() +
                            bytes_of({NGHTTP2_HEADERS, 0, 1, "x"}) +
                            bytes_of({NGHTTP2_CONTINUATION, NGHTTP2_FLAG_END_HEADERS, 1, std::string(70'000, 'x')});
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
    Http2FrameProgress progress;
    for (std::size_t at = 0; at < bytes.size(); at += step) progress.advance(std::string_view{bytes}.substr(at, step));

    EXPECT_EQ(progress.completed(), 4u) << "in steps of " << step;
    EXPECT_FALSE(progress.pending());
  }
}

}  // namespace
}  // namespace headgate::http
