#include "upstream/http2_rules.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace headgate::upstream {
namespace {

TEST(Http2Rules, ABurstOpensNoMoreThanItNeeds) {
  EXPECT_EQ(connects_wanted(0, 0, 100), 0u);
  EXPECT_EQ(connects_wanted(1, 0, 100), 1u);
  EXPECT_EQ(connects_wanted(100, 1, 100), 0u);
  EXPECT_EQ(connects_wanted(101, 1, 100), 1u);
  EXPECT_EQ(connects_wanted(200, 0, 100), 2u);
  EXPECT_EQ(connects_wanted(3, 4, 1), 0u);
  EXPECT_EQ(connects_wanted(3, 0, 0), 3u);
}

TEST(Http2Rules, APeerMayTakeFewerStreams) {
  EXPECT_EQ(stream_limit(100, 0xffffffff), 100u);
  EXPECT_EQ(stream_limit(100, 7), 7u);
}

TEST(Http2Rules, APeerThatChoseHttp1IsAskedAgainInAMinute) {
  EXPECT_FALSE(asks_again(std::chrono::seconds{59}));
  EXPECT_TRUE(asks_again(std::chrono::seconds{60}));
}

TEST(Http2Rules, WhatWasRefusedMayBeSentAgain) {
  EXPECT_TRUE(was_refused({NGHTTP2_REFUSED_STREAM, false, false}));
  EXPECT_TRUE(was_refused({NGHTTP2_REFUSED_STREAM, true, false}));
  EXPECT_FALSE(was_refused({NGHTTP2_REFUSED_STREAM, false, true}));
  EXPECT_FALSE(was_refused({NGHTTP2_CANCEL, false, false}));
}

TEST(Http2Rules, AnEndHasACause) {
  EXPECT_EQ(error_of({NGHTTP2_REFUSED_STREAM, true, false}).cause, Cause::upstream_closed_reused);
  EXPECT_EQ(error_of({NGHTTP2_REFUSED_STREAM, false, false}).cause, Cause::upstream_stream_refused);
  EXPECT_EQ(error_of({NGHTTP2_REFUSED_STREAM, false, true}).cause, Cause::upstream_reset);
  EXPECT_STREQ(error_of({NGHTTP2_CANCEL, false, false}).detail, "CANCEL");
  EXPECT_EQ(error_of_lost(ECONNRESET, true, false).cause, Cause::upstream_closed_reused);
  EXPECT_EQ(error_of_lost(ECONNRESET, false, false).cause, Cause::upstream_reset);
  EXPECT_EQ(error_of_lost(0, true, true).cause, Cause::upstream_reset);
}

}  // namespace
}  // namespace headgate::upstream
