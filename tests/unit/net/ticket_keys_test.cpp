#include "net/ticket_keys.hpp"

#include <gtest/gtest.h>

namespace headgate::net {
namespace {

using namespace std::chrono_literals;

/// Moved by hand.
class TicketKeysTest : public ::testing::Test {
 protected:
  TicketKeys::Time now_ = TicketKeys::Time{} + 1000h;
  TicketKeys keys_;
};

TEST_F(TicketKeysTest, OpensWhatTheyHaveSealed) {
  const TicketKey sealed = keys_.to_seal(now_);

  const auto opening = keys_.to_open(sealed.name, now_ + 1h);

  ASSERT_TRUE(opening);
  EXPECT_EQ(opening->key.cipher, sealed.cipher);
  EXPECT_EQ(opening->key.mac, sealed.mac);
  EXPECT_TRUE(opening->current);
}

TEST_F(TicketKeysTest, SealWithANewKeyAfterHalfADay) {
  const TicketKey first = keys_.to_seal(now_);

  EXPECT_EQ(keys_.to_seal(now_ + 11h).name, first.name);
  const TicketKey second = keys_.to_seal(now_ + 12h);

  EXPECT_NE(second.name, first.name);
  EXPECT_NE(second.cipher, first.cipher);
}

TEST_F(TicketKeysTest, GiveAClientWithAnOldTicketANewOne) {
  const TicketKey first = keys_.to_seal(now_);

  const auto opening = keys_.to_open(first.name, now_ + 13h);

  ASSERT_TRUE(opening);
  EXPECT_FALSE(opening->current);
}

TEST_F(TicketKeysTest, ForgetAKeyThatNoTicketCanHaveAnyMore) {
  const TicketKey first = keys_.to_seal(now_);
  (void)keys_.to_seal(now_ + 12h);

  EXPECT_TRUE(keys_.to_open(first.name, now_ + 36h));
  EXPECT_FALSE(keys_.to_open(first.name, now_ + 37h));
}

TEST_F(TicketKeysTest, KnowNothingOfOthers) {
  (void)keys_.to_seal(now_);

  EXPECT_FALSE(keys_.to_open(TicketKey::random().name, now_));
}

TEST(GivenTicketKeys, SealWithTheFirstAndOpenAllForEver) {
  const TicketKey first = TicketKey::random();
  const TicketKey second = TicketKey::random();
  TicketKeys keys{{first, second}};
  const auto later = TicketKeys::Time{} + 10'000h;

  EXPECT_EQ(keys.to_seal(later).name, first.name);
  ASSERT_TRUE(keys.to_open(second.name, later));
  EXPECT_FALSE(keys.to_open(second.name, later)->current);
  EXPECT_TRUE(keys.to_open(first.name, later)->current);
}

TEST(TicketKey, HasItsPartsOneAfterTheOther) {
  std::string text;
  for (int i = 0; i < 80; ++i) text.push_back(static_cast<char>(i));

  const TicketKey key = TicketKey::from(text);

  EXPECT_EQ(key.name.front(), 0);
  EXPECT_EQ(key.mac.front(), 16);
  EXPECT_EQ(key.cipher.front(), 48);
  EXPECT_EQ(key.cipher.back(), 79);
}

}  // namespace
}  // namespace headgate::net
