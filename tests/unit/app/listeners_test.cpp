#include "app/listeners.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <list>
#include <thread>

#include "config/address.hpp"
#include "runtime_fixture.hpp"

namespace headgate::app {
namespace {

using testing::accepts_connections;
using testing::wait_until;

config::Listener listener(std::string name, const std::string& address) {
  config::Listener result;
  result.name = std::move(name);
  result.address = *config::parse_listen_address(address).value;
  return result;
}

class ListenersTest : public WithLog {
 protected:
  ListenersTest() {
    const auto plan = exchange::make_plan(*load(config_text(folder_ / "logs", "hello")).settings, 1, "", &counters_);
    for (std::size_t i = 0; i < 2; ++i) {
      workers_.push_back(std::make_unique<server::Worker>(i, state_, log_.writer(i)));
      workers_.back()->start();
      workers_.back()->post([worker = workers_.back().get(), plan] { worker->adopt(plan, {}); });
    }
  }
  ~ListenersTest() override {
    for (auto& worker : workers_) worker->stop_and_join();
  }
  void open(const std::vector<config::Listener>& wanted) {
    const auto failures = listeners_.prepare(wanted, workers_.size());
    ASSERT_TRUE(failures.empty()) << to_string(failures.front());
    listeners_.commit(workers_, exchange::plan_listeners(wanted, kept_tls_));
  }
  [[nodiscard]] std::string address(std::size_t index = 0) const { return listeners_.bound().at(index).second; }

  server::ServerState state_;
  observe::TrafficRegistry counters_{2};
  exchange::KeptTls kept_tls_;
  Listeners::Workers workers_;
  Listeners listeners_;
};

TEST_F(ListenersTest, AreBoundInTheOrderOfTheConfiguration) {
  open({listener("web", "127.0.0.1:0"), listener("admin", "unix:" + folder_ / "a.sock")});

  const BoundListeners bound = listeners_.bound();

  ASSERT_EQ(bound.size(), 2U);
  EXPECT_EQ(bound[0].first, "web");
  EXPECT_FALSE(bound[0].second.ends_with(":0"));
  EXPECT_EQ(bound[1], (std::pair<std::string, std::string>{"admin", "unix:" + folder_ / "a.sock"}));
  EXPECT_EQ(Client{bound[0].second}.get(), "hello");
  EXPECT_EQ(Client{bound[1].second}.get(), "hello");
}

TEST_F(ListenersTest, TakeNothingBeforeTheyAreCommitted) {
  ASSERT_TRUE(listeners_.prepare({listener("web", "127.0.0.1:0")}, 2).empty());

  EXPECT_TRUE(listeners_.bound().empty());
}

TEST_F(ListenersTest, SpreadOneAddressOverAllWorkers) {
  open({listener("web", "127.0.0.1:0")});
  std::list<Client> clients;

  for (int i = 0; i < 40; ++i) EXPECT_EQ(clients.emplace_back(address()).get(), "hello");

  std::atomic<std::size_t> busy{0};
  std::atomic<int> asked{0};
  for (auto& worker : workers_) {
    worker->post([&, w = worker.get()] {
      busy += w->sessions() > 0 ? 1 : 0;
      ++asked;
    });
  }
  ASSERT_TRUE(wait_until([&] { return asked == 2; }));
  EXPECT_EQ(busy, 2U);
}

TEST_F(ListenersTest, KeepTheSocketsOfAnAddressThatStays) {
  open({listener("web", "127.0.0.1:0"), listener("other", "unix:" + folder_ / "a.sock")});
  const std::string before = address();
  Client client{before};
  ASSERT_EQ(client.get(), "hello");

  open({listener("renamed", "127.0.0.1:0")});

  EXPECT_EQ(listeners_.bound(), (BoundListeners{{"renamed", before}})) << "port 0 would be another one if bound again";
  EXPECT_EQ(client.get(), "hello");
  EXPECT_EQ(Client{before}.get(), "hello");
}

TEST_F(ListenersTest, CloseWhatIsNotWantedAnyMore) {
  open({listener("web", "127.0.0.1:0"), listener("unix", "unix:" + folder_ / "a.sock")});
  const std::string before = address();

  open({});

  EXPECT_TRUE(wait_until([&] { return !accepts_connections(before); }));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.sock"));
  EXPECT_TRUE(listeners_.bound().empty());
}

TEST_F(ListenersTest, AFailureRollsBackTheOthersToo) {
  open({listener("web", "127.0.0.1:0")});
  const std::string before = address();
  const testing::Socket stranger = testing::listen_on("127.0.0.1:0");
  const std::string new_socket = "unix:" + folder_ / "new.sock";

  const auto failures =
      listeners_.prepare({listener("new", new_socket), listener("taken", testing::local_address(stranger))}, 2);
  listeners_.roll_back();

  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(to_string(failures[0]),
            "cannot listen on " + testing::local_address(stranger) + " (taken): Address already in use");
  EXPECT_FALSE(accepts_connections(new_socket));
  EXPECT_EQ(listeners_.bound(), (BoundListeners{{"web", before}})) << "nothing has changed";
  EXPECT_EQ(Client{before}.get(), "hello");
}

TEST_F(ListenersTest, ReportAllFailuresOfOneAttempt) {
  const testing::Socket one = testing::listen_on("127.0.0.1:0");
  const testing::Socket other = testing::listen_on("unix:" + folder_ / "other.sock");

  const auto failures = listeners_.prepare(
      {listener("one", testing::local_address(one)), listener("other", "unix:" + folder_ / "other.sock")}, 2);

  EXPECT_EQ(failures.size(), 2U);
}

TEST_F(ListenersTest, DoNotShareAPortWithAnotherProcessInSilence) {
  net::ListenSocket stranger = net::ListenSocket::open(net::resolve({"127.0.0.1", 0, ""}).value().front(), {}).value();

  const auto failures = listeners_.prepare({listener("web", stranger.bound().text())}, 2);

  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].reason, "Address already in use");
}

TEST_F(ListenersTest, MoveFromEveryAddressToOneAndBackOnTheSamePort) {
  open({listener("web", "0.0.0.0:0")});
  const std::string port = address().substr(address().rfind(':'));

  open({listener("web", "127.0.0.1" + port)});
  EXPECT_TRUE(wait_until([&] { return !accepts_connections("127.0.0.2" + port); }));
  EXPECT_EQ(Client{"127.0.0.1" + port}.get(), "hello");

  open({listener("web", "0.0.0.0" + port)});
  EXPECT_EQ(Client{"127.0.0.2" + port}.get(), "hello");
}

TEST_F(ListenersTest, TakeOneAddressBesideEveryAddressOnTheSamePort) {
  open({listener("all", "0.0.0.0:0")});
  const std::string port = address().substr(address().rfind(':'));

  open({listener("all", "0.0.0.0:0"), listener("one", "127.0.0.1" + port)});

  EXPECT_EQ(Client{"127.0.0.1" + port}.get(), "hello");
  EXPECT_EQ(Client{"127.0.0.2" + port}.get(), "hello");
}

TEST_F(ListenersTest, OpenOneAddressBesideEveryAddressFromTheStart) {
  const std::string port = [] {
    const testing::Socket free = testing::listen_on("0.0.0.0:0");
    return testing::local_address(free).substr(testing::local_address(free).rfind(':'));
  }();

  open({listener("all", "0.0.0.0" + port), listener("one", "127.0.0.1" + port)});

  EXPECT_EQ(Client{"127.0.0.1" + port}.get(), "hello");
  EXPECT_EQ(Client{"127.0.0.2" + port}.get(), "hello");
}

TEST_F(ListenersTest, MoveFromEveryIpv4AddressToEveryAddressOfBothKinds) {
  if (!net::ListenSocket::open(net::resolve({"::1", 0, ""}).value().front(), {})) GTEST_SKIP() << "no IPv6 here";
  open({listener("web", "0.0.0.0:0")});
  const std::string port = address().substr(address().rfind(':'));

  open({listener("web", "[::]" + port)});

  EXPECT_EQ(Client{"127.0.0.1" + port}.get(), "hello");
}

// Regression: a client whose handshake was on its way when the old socket closed was reset.
TEST_F(ListenersTest, ResetNoConnectionWhileAnAddressMovesToOneThatCoversIt) {
  if (!net::ListenSocket::open(net::resolve({"::1", 0, ""}).value().front(), {})) GTEST_SKIP() << "no IPv6 here";
  open({listener("web", "0.0.0.0:0")});
  const std::string port = address().substr(address().rfind(':'));
  std::atomic<bool> done{false};
  std::atomic<int> answered{0};
  std::atomic<bool> failed{false};
  std::string failure;  // the thread's, until it has ended
  std::thread clients{[&] {
    try {
      for (; !done; ++answered) EXPECT_EQ(Client{"127.0.0.1" + port}.get(), "hello");
    } catch (const std::exception& error) {
      failure = error.what();
      failed = true;
    }
  }};

  for (int i = 0; i < 50 && !failed; ++i) {
    open({listener("web", (i % 2 == 0 ? "[::]" : "0.0.0.0") + port)});
    const int before = answered;
    EXPECT_TRUE(wait_until([&] { return answered > before + 2 || failed; }));
  }

  done = true;
  clients.join();
  EXPECT_EQ(failure, "");
}

TEST_F(ListenersTest, DoNotTakeAStrangersPortBesideTheirOwn) {
  const testing::Socket stranger = testing::listen_on("127.0.0.2:0");
  const std::string taken = testing::local_address(stranger);
  const std::string port = taken.substr(taken.rfind(':'));
  open({listener("web", "127.0.0.1" + port)});

  const auto failures = listeners_.prepare({listener("web", "127.0.0.1" + port), listener("more", taken)}, 2);
  listeners_.roll_back();

  ASSERT_EQ(failures.size(), 1U);
  EXPECT_EQ(failures[0].reason, "Address already in use");
}

TEST_F(ListenersTest, RemoveTheirSocketFilesAtTheEnd) {
  open({listener("unix", "unix:" + folder_ / "a.sock")});
  ASSERT_TRUE(std::filesystem::exists(folder_ / "a.sock"));

  listeners_.remove_socket_files();

  EXPECT_FALSE(std::filesystem::exists(folder_ / "a.sock"));
}

}  // namespace
}  // namespace headgate::app
