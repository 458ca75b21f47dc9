#include "net/background_lookup.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include "support/fake_lookup.hpp"
#include "support/waiting.hpp"

namespace headgate::net {
namespace {

using testing::FakeLookup;
using namespace std::chrono_literals;

const Endpoint name{"redis.test", 6379, ""};

class BackgroundLookupTest : public ::testing::Test {
 protected:
  void begin(FakeLookup::Answer answer) {
    lookup_.emplace(context_, std::make_unique<FakeLookup>(std::move(answer)), name,
                    [this](Result<FoundAddresses> found) {
                      told_on_ = std::this_thread::get_id();
                      told_ = std::move(found);
                    });
  }
  void run_until_told() {
    (void)testing::wait_until([&] {
      context_.restart();
      context_.run_for(5ms);
      return told_.has_value();
    });
  }

  boost::asio::io_context context_{1};
  std::optional<Result<FoundAddresses>> told_;
  std::thread::id told_on_;
  std::optional<BackgroundLookup> lookup_;
};

TEST_F(BackgroundLookupTest, TellsOnTheThreadOfTheContext) {
  std::thread::id looked_up_on;
  begin([&](const Endpoint& endpoint) -> FakeLookup::Found {
    looked_up_on = std::this_thread::get_id();
    return FoundAddresses{resolve({"192.0.2.1", endpoint.port, ""}).value(), 1s};
  });

  run_until_told();

  ASSERT_TRUE(told_ && *told_);
  EXPECT_EQ((*told_)->addresses.front().text(), "192.0.2.1:6379");
  EXPECT_EQ(told_on_, std::this_thread::get_id());
  EXPECT_NE(looked_up_on, told_on_);
}

TEST_F(BackgroundLookupTest, TellsThatThereIsNoSuchName) {
  begin([](const Endpoint&) -> FakeLookup::Found { return Error{Cause::upstream_resolve_failed, "unknown"}; });

  run_until_told();

  ASSERT_TRUE(told_);
  EXPECT_STREQ(told_->error().detail, "unknown");
}

TEST_F(BackgroundLookupTest, EndsAtOnceAndTellsNothingWhileTheNameServersAreDead) {
  begin([](const Endpoint&) { return std::nullopt; });

  const auto took = testing::time_of([&] { lookup_.reset(); });
  context_.run_for(20ms);

  EXPECT_LT(took, 5s);
  EXPECT_FALSE(told_);
}

TEST_F(BackgroundLookupTest, TellsNothingAfterItsEndThoughTheAnswerWasOnItsWay) {
  std::atomic<bool> answered{false};
  begin([&](const Endpoint&) -> FakeLookup::Found {
    answered = true;
    return FoundAddresses{};
  });
  ASSERT_TRUE(testing::wait_until([&] { return answered.load(); }));

  lookup_.reset();
  context_.run_for(20ms);

  EXPECT_FALSE(told_);
}

TEST_F(BackgroundLookupTest, MayEndWithinItsCall) {
  lookup_.emplace(context_,
                  std::make_unique<FakeLookup>([](const Endpoint&) -> FakeLookup::Found { return FoundAddresses{}; }),
                  name, [this](Result<FoundAddresses> found) {
                    lookup_.reset();
                    told_ = std::move(found);
                  });

  run_until_told();

  EXPECT_TRUE(told_);
}

}  // namespace
}  // namespace headgate::net
