#include "net/poller.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <vector>

#include "support/event_loop_fixture.hpp"

namespace headgate::net {
namespace {

using testing::SocketPair;
using namespace std::chrono_literals;

class Recorder final : public Watcher {
 public:
  void on_ready(std::uint32_t events) override {
    seen.push_back(events);
    if (const auto action = then) action();
  }

  std::vector<std::uint32_t> seen;
  std::function<void()> then;
};

void turn(Poller& poller) {
  poller.wait(0ms);
  poller.tell();
}

TEST(Poller, TellsOnceOfEachChange) {
  Poller poller;
  SocketPair pair;
  Recorder recorder;
  poller.add(pair.near.fd(), recorder);
  turn(poller);
  ASSERT_EQ(recorder.seen.size(), 1U);
  EXPECT_EQ(recorder.seen[0] & (EPOLLIN | EPOLLOUT), static_cast<std::uint32_t>(EPOLLOUT));

  testing::send_all(pair.far, "hello");
  turn(poller);
  turn(poller);

  ASSERT_EQ(recorder.seen.size(), 2U);
  EXPECT_NE(recorder.seen[1] & EPOLLIN, 0U);
}

TEST(Poller, TellsOfThePeersClose) {
  Poller poller;
  SocketPair pair;
  Recorder recorder;
  poller.add(pair.near.fd(), recorder);
  turn(poller);

  pair.far.close();
  turn(poller);

  ASSERT_EQ(recorder.seen.size(), 2U);
  EXPECT_NE(recorder.seen[1] & EPOLLRDHUP, 0U);
}

TEST(Poller, TellsAListenerAgainOfWhatIsLeftInItsQueue) {
  Poller poller;
  const testing::Socket listener = testing::listen_on("127.0.0.1:0");
  const testing::Socket client = testing::connect_to(testing::local_address(listener));
  Recorder recorder;
  poller.add_listener(listener.fd(), recorder);

  turn(poller);
  turn(poller);

  EXPECT_EQ(recorder.seen.size(), 2U);
}

TEST(Poller, TellsNothingMoreAfterRemove) {
  Poller poller;
  SocketPair pair;
  Recorder recorder;
  poller.add(pair.near.fd(), recorder);

  poller.remove(pair.near.fd(), recorder, false);
  testing::send_all(pair.far, "hello");
  turn(poller);

  EXPECT_TRUE(recorder.seen.empty());
}

TEST(Poller, GivesARemovedWatcherNoEventOfTheSameBatch) {
  Poller poller;
  SocketPair pairs[2];
  std::unique_ptr<Recorder> recorders[2];
  int told = 0;
  for (int i = 0; i < 2; ++i) {
    recorders[i] = std::make_unique<Recorder>();
    recorders[i]->then = [&, other = 1 - i] {  // whoever comes first destroys the other
      ++told;
      poller.remove(pairs[other].near.fd(), *recorders[other], false);
      recorders[other].reset();
    };
    poller.add(pairs[i].near.fd(), *recorders[i]);
  }

  turn(poller);

  EXPECT_EQ(told, 1);
}

TEST(Poller, AWatcherMayDestroyItselfInItsEvent) {
  Poller poller;
  SocketPair pair;
  auto recorder = std::make_unique<Recorder>();
  recorder->then = [&] {
    poller.remove(pair.near.fd(), *recorder, true);
    pair.near.close();
    recorder.reset();
  };
  poller.add(pair.near.fd(), *recorder);

  turn(poller);
  turn(poller);

  EXPECT_EQ(recorder, nullptr);
}

TEST(Poller, RefusesADescriptorThatCannotBeWatched) {
  Poller poller;
  Recorder recorder;

  EXPECT_THROW(poller.add(-1, recorder), std::system_error);
  EXPECT_THROW(poller.add_listener(-1, recorder), std::system_error);
}

}  // namespace
}  // namespace headgate::net
