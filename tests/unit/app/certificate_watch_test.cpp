#include "app/certificate_watch.hpp"

#include <gtest/gtest.h>

namespace headgate::app {
namespace {

using namespace std::chrono_literals;

/// One file; time moves by hand.
class ExpiryNoticesTest : public ::testing::Test {
 protected:
  /// How many notices there are when the file is of use for so much longer.
  std::size_t told(std::chrono::seconds left) {
    config::FileTerm term;
    term.listener = "web";
    term.file = "site.pem";
    term.until = now_ + left;
    term.tell_before = 14 * 24h;
    return notices_.due({term}, now_).size();
  }
  std::chrono::sys_seconds now_{std::chrono::seconds{1'800'000'000}};
  ExpiryNotices notices_;
};

TEST_F(ExpiryNoticesTest, BeginInTimeBeforeTheEnd) {
  EXPECT_EQ(told(15 * 24h), 0U);
  EXPECT_EQ(told(13 * 24h), 1U);
}

TEST_F(ExpiryNoticesTest, ComeOnceADay) {
  EXPECT_EQ(told(48h), 1U);
  now_ += 23h;
  EXPECT_EQ(told(25h), 0U);
  now_ += 1h;
  EXPECT_EQ(told(24h), 1U);
}

TEST_F(ExpiryNoticesTest, GoOnAfterTheEnd) { EXPECT_EQ(told(-48h), 1U); }

TEST_F(ExpiryNoticesTest, AreNoneOfWhatDoesNotEnd) {
  config::FileTerm endless;
  endless.until = std::chrono::sys_seconds::max();

  EXPECT_TRUE(notices_.due({endless}, now_).empty());
}

}  // namespace
}  // namespace headgate::app
