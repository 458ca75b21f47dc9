#include "app/certificate_watch.hpp"

#include <gtest/gtest.h>

namespace headgate::app {
namespace {

using namespace std::chrono_literals;

/// A listener with one certificate; time moves by hand.
class ExpiryNoticesTest : public ::testing::Test {
 protected:
  void serve(const std::string& address, const std::string& name, std::chrono::sys_seconds until) {
    auto plan = std::make_shared<exchange::ListenerPlan>();
    plan->name = name;
    plan->certificates = {{"site.pem", until}};
    listeners_[address] = std::move(plan);
  }
  /// How many notices there are when the certificate has so much time left.
  std::size_t told(std::chrono::seconds left) {
    serve("a", {}, now_ + left);
    return notices_.due(listeners_, now_).size();
  }
  std::chrono::sys_seconds now_{std::chrono::seconds{1'800'000'000}};
  exchange::ListenerPlans listeners_;
  ExpiryNotices notices_;
};

TEST_F(ExpiryNoticesTest, BeginTwoWeeksBeforeTheEnd) {
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

TEST_F(ExpiryNoticesTest, NameTheListenerTheFileAndTheEnd) {
  serve("127.0.0.1:443", "web", now_ + 1h);

  const auto notices = notices_.due(listeners_, now_);

  ASSERT_EQ(notices.size(), 1U);
  EXPECT_EQ(notices[0].listener, "web");
  EXPECT_EQ(notices[0].file, "site.pem");
  EXPECT_EQ(notices[0].until, now_ + 1h);
}

}  // namespace
}  // namespace headgate::app
