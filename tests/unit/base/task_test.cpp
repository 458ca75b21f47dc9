#include "base/task.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "support/waiting.hpp"

namespace headgate::base {
namespace {

/// A wait that the test ends.
class Gate {
 public:
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> waiter) noexcept { waiter_ = waiter; }
  void await_resume() const noexcept {}

  [[nodiscard]] bool waited_at() const { return static_cast<bool>(waiter_); }
  void open() { std::exchange(waiter_, {}).resume(); }

 private:
  std::coroutine_handle<> waiter_;
};

Task<int> number(int value) { co_return value; }
Task<int> number_after(Gate& gate, int value) {
  co_await gate;
  co_return value;
}
Task<int> failing() {
  throw std::runtime_error("broken");
  co_return 0;
}
Task<int> failing_after(Gate& gate) {
  co_await gate;
  throw std::runtime_error("broken later");
}

Task<void> keep(Task<int> child, int& into) { into = co_await std::move(child); }
Task<void> keep_message(Task<int> child, std::string& into) {
  try {
    (void)co_await std::move(child);
  } catch (const std::runtime_error& error) {
    into = error.what();
  }
}

TEST(Task, DoesNothingBeforeItIsStarted) {
  int result = 0;
  auto task = keep(number(7), result);

  EXPECT_EQ(result, 0);
  EXPECT_FALSE(task.done());

  task.start();

  EXPECT_EQ(result, 7);
  EXPECT_TRUE(task.done());
}

TEST(Task, HoldsAReadyValueWithoutACoroutine) {
  auto ready = Task<std::string>::ready("here");

  EXPECT_TRUE(ready.is_ready());
  EXPECT_TRUE(ready.done());
  EXPECT_EQ(ready.ready_value(), "here");
}

TEST(Task, GivesAReadyValueToWhoAwaitsIt) {
  int result = 0;
  auto task = keep(Task<int>::ready(5), result);

  task.start();

  EXPECT_EQ(result, 5);
}

TEST(Task, AReadyTaskWithoutAValueCanBeAwaited) {
  bool passed = false;
  auto parent = [](bool& flag) -> Task<void> {
    co_await Task<void>::ready();
    flag = true;
  };
  auto task = parent(passed);

  task.start();

  EXPECT_TRUE(passed);
}

TEST(Task, ResumesItsParentWhenItsWaitIsOver) {
  Gate gate;
  int result = 0;
  auto task = keep(number_after(gate, 3), result);
  task.start();
  ASSERT_TRUE(gate.waited_at());
  EXPECT_FALSE(task.done());

  gate.open();

  EXPECT_EQ(result, 3);
  EXPECT_TRUE(task.done());
}

TEST(Task, PassesAValueThroughSeveralLevels) {
  Gate gate;
  auto middle = [](Gate& at) -> Task<int> { co_return 1 + co_await number_after(at, 1); };
  int result = 0;
  auto task = keep(middle(gate), result);
  task.start();

  gate.open();

  EXPECT_EQ(result, 2);
}

TEST(Task, ThrowsWhatItsChildThrew) {
  std::string message;
  auto task = keep_message(failing(), message);

  task.start();

  EXPECT_EQ(message, "broken");
}

TEST(Task, ThrowsWhatItsChildThrewAfterAWait) {
  Gate gate;
  std::string message;
  auto task = keep_message(failing_after(gate), message);
  task.start();

  gate.open();

  EXPECT_EQ(message, "broken later");
}

TEST(Task, CanBeStartedAndJoinedLater) {
  Gate gate;
  int result = 0;
  auto child = number_after(gate, 9);
  child.start();
  ASSERT_TRUE(gate.waited_at());
  auto joiner = [](Task<int>& other, int& into) -> Task<void> { into = co_await other.join(); };
  auto task = joiner(child, result);
  task.start();
  EXPECT_FALSE(task.done());

  gate.open();

  EXPECT_EQ(result, 9);
  EXPECT_TRUE(task.done());
}

TEST(Task, CanBeJoinedAfterItsEnd) {
  int result = 0;
  auto child = number(4);
  child.start();
  ASSERT_TRUE(child.done());
  auto joiner = [](Task<int>& other, int& into) -> Task<void> { into = co_await other.join(); };
  auto task = joiner(child, result);

  task.start();

  EXPECT_EQ(result, 4);
}

TEST(Task, RunsOnWithoutAnybodyWhoJoins) {
  Gate gate;
  auto task = number_after(gate, 1);
  task.start();

  gate.open();

  EXPECT_TRUE(task.done());
}

TEST(Task, DestroysWhatItsFrameHoldsWhenItIsDroppedInItsWait) {
  Gate gate;
  auto held = std::make_shared<int>(1);
  {
    auto holder = [](Gate& at, std::shared_ptr<int> value) -> Task<int> {
      co_await at;
      co_return *value;
    };
    auto task = holder(gate, held);
    task.start();
    EXPECT_EQ(held.use_count(), 2);
  }

  EXPECT_EQ(held.use_count(), 1);
}

TEST(Task, AssignmentDropsTheOldOne) {
  auto held = std::make_shared<int>(1);
  auto holder = [](std::shared_ptr<int> value) -> Task<int> { co_return *value; };
  auto task = holder(held);

  task = number(2);

  EXPECT_EQ(held.use_count(), 1);
  EXPECT_FALSE(task.done());
}

/// At some 100 bytes each a stack that grows would overflow.
constexpr int children = testing::sanitized ? 200'000 : 1'000'000;

TEST(Task, ALoopOfChildrenThatDoNotWaitKeepsTheStackFlat) {
  auto loop = [](long& sum) -> Task<void> {
    for (int i = 0; i < children; ++i) sum += co_await number(1);
  };
  long sum = 0;
  auto task = loop(sum);

  task.start();

  EXPECT_EQ(sum, children);
}

TEST(Task, ALoopOfReadyValuesKeepsTheStackFlat) {
  auto loop = [](long& sum) -> Task<void> {
    for (int i = 0; i < children; ++i) sum += co_await Task<int>::ready(1);
  };
  long sum = 0;
  auto task = loop(sum);

  task.start();

  EXPECT_EQ(sum, children);
}

TEST(Detached, StartsAtOnceAndFreesItsFrameAtItsEnd) {
  Gate gate;
  auto held = std::make_shared<int>(1);
  auto root = [](Gate& at, std::shared_ptr<int> value) -> Detached {
    co_await at;
    *value = 2;
  };
  root(gate, held);
  EXPECT_EQ(held.use_count(), 2);

  gate.open();

  EXPECT_EQ(*held, 2);
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace headgate::base
