#include "exchange/replay_buffer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::exchange {
namespace {

http::BodyPiece piece(std::string_view data, bool last = false, std::string_view trailers = {}) {
  return {data, trailers, last};
}

TEST(ReplayBuffer, KeepsThePiecesInOrder) {
  ReplayBuffer buffer;
  buffer.set_limit(20);

  buffer.add(piece("abc"));
  buffer.add(piece("def"));

  EXPECT_EQ(buffer.piece().data, "abcdef");
  EXPECT_FALSE(buffer.piece().last);
  buffer.add(piece("", true, "Check: sum\r\n"));
  EXPECT_TRUE(buffer.piece().last);
  EXPECT_EQ(buffer.piece().trailers, "Check: sum\r\n");
  EXPECT_FALSE(buffer.lost());
}

TEST(ReplayBuffer, LosesABodyThatIsTooLong) {
  ReplayBuffer buffer;
  buffer.set_limit(5);

  buffer.add(piece("abc"));
  EXPECT_FALSE(buffer.lost());
  buffer.add(piece("def"));

  EXPECT_TRUE(buffer.lost());
}

TEST(ReplayBuffer, StaysLost) {
  ReplayBuffer buffer;
  buffer.set_limit(5);

  buffer.add(piece("abcdefgh"));
  buffer.add(piece("i", true));

  EXPECT_TRUE(buffer.lost());
}

TEST(ReplayBuffer, LosesEveryBodyWithoutALimit) {
  ReplayBuffer buffer;

  buffer.add(piece("a"));

  EXPECT_TRUE(buffer.lost());
}

TEST(ReplayBuffer, NeedsNoCopyOfWhatStays) {
  ReplayBuffer buffer;
  const std::string body = "a body in the client's buffer";

  buffer.add(piece(body, true), true);

  EXPECT_FALSE(buffer.lost());
  EXPECT_EQ(buffer.piece().data.data(), body.data());
  EXPECT_TRUE(buffer.piece().last);
}

TEST(ReplayBuffer, IsUntouchedUntilSomethingWasTaken) {
  ReplayBuffer buffer;

  buffer.add(piece(""));

  EXPECT_TRUE(buffer.untouched());
  EXPECT_FALSE(buffer.lost());
}

TEST(ReplayBuffer, KnowsAnEmptyBodyThatHasEnded) {
  ReplayBuffer buffer;

  buffer.add(piece("", true));

  EXPECT_FALSE(buffer.untouched());
  EXPECT_FALSE(buffer.lost());
  EXPECT_TRUE(buffer.piece().last);
}

}  // namespace
}  // namespace headgate::exchange
