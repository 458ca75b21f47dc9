#include "upstream/wait_queue.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/task.hpp"

namespace headgate::upstream {
namespace {

using namespace std::chrono_literals;

/// Requests that wait for one of `places_`, and write down what becomes of them.
class WaitQueueTest : public ::testing::Test {
 protected:
  class Wait final : public Waiter {
   public:
    Wait(WaitQueueTest& test, net::ConnectCanceller& canceller, bool choosy)
        : Waiter{*test.queue_, canceller}, test_{test}, choosy_{choosy} {}

   private:
    Error try_again() override {
      if (test_.hopeless_) return Cause::no_healthy_backend;
      if (test_.places_ == 0 || choosy_) return Cause::queue_full;
      --test_.places_;
      return Error::none();
    }
    [[nodiscard]] bool is_choosy() const override { return choosy_; }
    WaitQueueTest& test_;
    bool choosy_;
  };

  WaitQueueTest() { queue_->apply({3, 1'000ms}); }

  base::Task<void> request(std::string name, net::ConnectCanceller& canceller, bool choosy) {
    Wait wait{*this, canceller, choosy};
    const Error error = co_await wait;
    ended_.push_back(name + (error.failed() ? ":" + std::string{to_string(error.cause)} : ""));
    if (const auto then = std::exchange(then_, {})) then();
  }
  net::ConnectCanceller& start(std::string name, bool choosy = false) {
    cancellers_.push_back(std::make_unique<net::ConnectCanceller>());
    tasks_.push_back(request(std::move(name), *cancellers_.back(), choosy));
    tasks_.back().start();
    return *cancellers_.back();
  }
  void free_place(int count = 1) {
    places_ += count;
    queue_->place_freed();
  }
  void pass(std::chrono::milliseconds time) {
    wheel_.advance_to(wheel_.now() + static_cast<std::uint64_t>(time / net::DeadlineWheel::tick));
  }
  using Names = std::vector<std::string>;

  observe::UpstreamCounters counters_;
  net::DeadlineWheel wheel_;
  std::vector<std::size_t> woken_;
  std::shared_ptr<WaitingWorkers> workers_ =
      std::make_shared<WaitingWorkers>(2, [this](std::size_t worker) { woken_.push_back(worker); });
  std::shared_ptr<WaitQueue> queue_ = std::make_shared<WaitQueue>(wheel_, 0, workers_);
  int places_ = 0;
  bool hopeless_ = false;
  std::function<void()> then_;
  Names ended_;
  std::vector<std::unique_ptr<net::ConnectCanceller>> cancellers_;
  std::vector<base::Task<void>> tasks_;
};

TEST_F(WaitQueueTest, ServesInTheOrderOfArrival) {
  start("a");
  start("b");
  start("c");

  free_place();
  EXPECT_EQ(ended_, (Names{"a"}));
  free_place(2);
  EXPECT_EQ(ended_, (Names{"a", "b", "c"}));
  EXPECT_EQ(queue_->size(), 0U);
}

TEST_F(WaitQueueTest, CountsWhoWaitsAndWhoHasHadTo) {
  queue_->count_into(counters_);
  start("a");
  start("b");
  EXPECT_EQ(counters_.queue_length.value(), 2U);

  free_place();

  EXPECT_EQ(counters_.queue_length.value(), 1U);
  EXPECT_EQ(counters_.queued.value(), 2U);
}

TEST_F(WaitQueueTest, RefusesWhoComesWhenItIsFull) {
  for (const char* name : {"a", "b", "c", "late"}) start(name);

  EXPECT_EQ(ended_, (Names{"late:QUEUE_FULL"}));
}

TEST_F(WaitQueueTest, OfSizeZeroLetsNobodyWait) {
  queue_->apply({0, 1'000ms});
  start("a");

  EXPECT_EQ(ended_, (Names{"a:QUEUE_FULL"}));
}

TEST_F(WaitQueueTest, LetsNobodyWaitForLongerThanItsTimeout) {
  start("a");
  pass(600ms);
  start("b");
  pass(500ms);
  EXPECT_EQ(ended_, (Names{"a:QUEUE_TIMEOUT"}));

  free_place();
  EXPECT_EQ(ended_, (Names{"a:QUEUE_TIMEOUT", "b"}));
}

TEST_F(WaitQueueTest, GivesThePlaceOfAClientThatLeavesToTheNext) {
  auto& first = start("a");
  start("b");

  first.cancel();
  free_place();

  EXPECT_EQ(ended_, (Names{"a:CLIENT_CLOSED", "b"}));
}

TEST_F(WaitQueueTest, LooksAtEachTickForPlacesThatOthersFreed) {
  start("a");
  places_ = 1;

  pass(100ms);

  EXPECT_EQ(ended_, (Names{"a"}));
}

TEST_F(WaitQueueTest, SleepsWhenNobodyWaits) {
  start("a");
  free_place();
  pass(2'000ms);

  EXPECT_TRUE(wheel_.empty());
}

TEST_F(WaitQueueTest, EndsAWaitThatHasBecomeHopeless) {
  start("a");
  start("b");
  hopeless_ = true;

  pass(100ms);

  EXPECT_EQ(ended_, (Names{"a:NO_HEALTHY_BACKEND", "b:NO_HEALTHY_BACKEND"}));
}

TEST_F(WaitQueueTest, LetsAChoosyRequestBePassed) {
  start("choosy", true);
  start("a");
  start("b");

  free_place();

  EXPECT_EQ(ended_, (Names{"a"}));
}

TEST_F(WaitQueueTest, KnowsWhetherAnybodyWaits) {
  EXPECT_FALSE(queue_->anybody_waits());
  auto& request = start("a");
  EXPECT_TRUE(queue_->anybody_waits());

  request.cancel();
  EXPECT_FALSE(queue_->anybody_waits());
}

TEST_F(WaitQueueTest, GoesOnWhenWhoWasServedFreesItsPlaceAtOnce) {
  start("a");
  start("b");
  start("c");
  then_ = [this] {
    then_ = [this] { free_place(); };
    free_place();
  };

  free_place();

  EXPECT_EQ(ended_, (Names{"a", "b", "c"}));
}

TEST_F(WaitQueueTest, SurvivesThatWhoWasServedWasTheLastToHoldIt) {
  start("a");
  then_ = [this] { queue_.reset(); };
  places_ = 1;

  pass(100ms);

  EXPECT_EQ(ended_, (Names{"a"}));
}

TEST_F(WaitQueueTest, WakesNobodyOnceItIsClosed) {
  auto& request = start("a");
  queue_->close();

  free_place();
  pass(100ms);
  EXPECT_EQ(ended_, Names{});
  request.cancel();

  EXPECT_EQ(ended_, (Names{"a:CLIENT_CLOSED"}));
}

TEST_F(WaitQueueTest, HandsAFreedPlaceToTheWorkerThatHasWaitedLongest) {
  WaitQueue other{wheel_, 1, workers_};
  workers_->stand_first(1, workers_->next_ticket());
  start("a");

  free_place();
  EXPECT_EQ(ended_, Names{});
  EXPECT_EQ(woken_, (std::vector<std::size_t>{1}));

  workers_->stand_first(1, 0);
  queue_->place_freed();
  EXPECT_EQ(ended_, (Names{"a"}));
}

TEST_F(WaitQueueTest, PutsNewRequestsBehindThoseOfOtherWorkers) {
  workers_->stand_first(1, workers_->next_ticket());

  EXPECT_TRUE(queue_->anybody_waits());
  EXPECT_EQ(queue_->size(), 0U);
}

TEST_F(WaitQueueTest, StandsWithItsNextRequestWhenTheFirstOneIsGone) {
  auto& first = start("a");
  start("b");
  workers_->stand_first(1, workers_->next_ticket());
  EXPECT_EQ(workers_->longest_waiting(), 0U);

  first.cancel();
  EXPECT_EQ(workers_->longest_waiting(), 0U) << "b came before the other worker's";
  free_place();

  EXPECT_EQ(workers_->longest_waiting(), 1U);
}

}  // namespace
}  // namespace headgate::upstream
