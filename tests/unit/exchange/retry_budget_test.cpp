#include "exchange/retry_budget.hpp"

#include <gtest/gtest.h>

#include <deque>

namespace headgate::exchange {
namespace {

class RetryBudgetTest : public ::testing::Test {
 protected:
  /// Requests that come and go without a retry.
  void pass(int count) {
    for (int i = 0; i < count; ++i) const RetryBudget::Request passing{budget_};
  }
  /// How many of so many requests that all run at once may retry.
  int retries_of(int count, std::uint32_t percent) {
    const auto first = static_cast<std::ptrdiff_t>(requests_.size());
    for (int i = 0; i < count; ++i) requests_.emplace_back(budget_);
    int permitted = 0;
    for (auto request = requests_.begin() + first; request != requests_.end() && request->may_retry(percent);
         ++request) {
      request->retry();
      ++permitted;
    }
    return permitted;
  }
  void wait(std::chrono::seconds time) {
    clock_.advance_to(clock_.now() + static_cast<std::uint64_t>(time / net::DeadlineWheel::tick));
  }

  net::DeadlineWheel clock_;
  RetryBudget budget_{clock_};
  std::deque<RetryBudget::Request> requests_;
};

TEST_F(RetryBudgetTest, CountsRequestsAndTheirRetries) {
  {
    RetryBudget::Request one{budget_};
    const RetryBudget::Request other{budget_};
    one.retry();
    one.retry();

    EXPECT_EQ(budget_.running(), 2U);
    EXPECT_EQ(budget_.retrying(), 1U);
  }

  EXPECT_EQ(budget_.running(), 0U);
  EXPECT_EQ(budget_.retrying(), 0U);
}

TEST_F(RetryBudgetTest, PermitsAFewHoweverLittleThereIs) { EXPECT_EQ(retries_of(100, 1), RetryBudget::least_lately); }

TEST_F(RetryBudgetTest, LetsAllGoOnThatHungTogetherAfterManyThatDidNot) {
  pass(10'000);

  EXPECT_EQ(retries_of(200, 20), 200);
}

TEST_F(RetryBudgetTest, PermitsNoMoreThanItsShareOfWhatCameLately) {
  pass(10'000);

  EXPECT_EQ(retries_of(5'000, 20), 3'000);
}

TEST_F(RetryBudgetTest, PermitsAShareOfWhatRunsWhateverWasBefore) {
  retries_of(100, 1);
  requests_.clear();

  EXPECT_EQ(retries_of(50, 20), 10);
}

TEST_F(RetryBudgetTest, ForgetsWhatWasTwoSpansAgo) {
  pass(10'000);
  wait(2 * RetryBudget::span);

  EXPECT_EQ(retries_of(100, 1), RetryBudget::least_lately);
}

TEST_F(RetryBudgetTest, DoesNotCountWhatBecameATunnel) {
  RetryBudget::Request request{budget_};
  request.retry();

  request.end();
  request.end();

  EXPECT_EQ(budget_.running(), 0U);
  EXPECT_EQ(budget_.retrying(), 0U);
}

TEST_F(RetryBudgetTest, HasNoLimitAtZero) { EXPECT_EQ(retries_of(500, 0), 500); }

TEST_F(RetryBudgetTest, LetsARequestGoOnThatIsRetryingAlready) {
  retries_of(100, 1);
  RetryBudget::Request fresh{budget_};

  EXPECT_TRUE(requests_.front().may_retry(1));
  EXPECT_FALSE(fresh.may_retry(1));
}

}  // namespace
}  // namespace headgate::exchange
