#include "app/name_resolver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>

#include "support/fake_lookup.hpp"
#include "support/waiting.hpp"

namespace headgate::app {
namespace {

using testing::FakeLookup;
using testing::wait_until;
using Found = FakeLookup::Found;
using namespace std::chrono_literals;

NameResolver::Addresses addresses(const char* host) { return net::resolve({host, 80, ""}).value(); }

/// A resolver over a table that the test changes.
class NameResolverTest : public ::testing::Test {
 protected:
  Found look_up(const Endpoint& endpoint) {
    const std::lock_guard lock{mutex_};
    ++lookups_;
    const auto found = table_.find(endpoint.host);
    if (found == table_.end()) return Error{Cause::upstream_resolve_failed, "unknown"};
    return net::FoundAddresses{found->second, ttl_};
  }
  void set(const std::string& name, std::optional<NameResolver::Addresses> value) {
    const std::lock_guard lock{mutex_};
    if (value)
      table_[name] = *value;
    else
      table_.erase(name);
  }
  template <class T>
  T locked(const T& value) {
    const std::lock_guard lock{mutex_};
    return value;
  }

  std::mutex mutex_;  // guards what follows
  std::map<std::string, NameResolver::Addresses> table_;
  std::chrono::seconds ttl_{60};
  int lookups_ = 0;
  std::vector<std::string> changes_;
  std::vector<std::string> failures_;
  NameResolver resolver_{[this](const std::string& endpoint, const NameResolver::Addresses& now) {
                           const std::lock_guard lock{mutex_};
                           changes_.push_back(endpoint + " " + now.front().text());
                         },
                         [this](const std::string& endpoint, const Error& error) {
                           const std::lock_guard lock{mutex_};
                           failures_.push_back(endpoint + " " + error.detail);
                         },
                         std::make_unique<FakeLookup>([this](const Endpoint& endpoint) { return look_up(endpoint); })};
};

TEST_F(NameResolverTest, KnowsLiteralAddressesAtOnce) {
  const auto known = resolver_.watch({{"192.0.2.1", 80, ""}, {"", 0, "/run/app.sock"}}, 0ms);

  EXPECT_EQ(known.at("192.0.2.1:80").front().text(), "192.0.2.1:80");
  EXPECT_EQ(known.at("unix:/run/app.sock").front().text(), "unix:/run/app.sock");
  EXPECT_EQ(locked(lookups_), 0);
}

TEST_F(NameResolverTest, WaitsForTheFirstLookUp) {
  set("app", addresses("192.0.2.1"));

  const auto known = resolver_.watch({{"app", 80, ""}}, testing::patience);

  EXPECT_EQ(known.at("app:80"), addresses("192.0.2.1"));
}

TEST_F(NameResolverTest, DoesNotWaitLongerThanItsPatience) {
  NameResolver slow{[](auto&&...) {}, [](auto&&...) {},
                    std::make_unique<FakeLookup>([](const Endpoint&) { return std::nullopt; })};

  const auto known = slow.watch({{"app", 80, ""}}, 20ms);

  EXPECT_TRUE(known.at("app:80").empty());
}

TEST_F(NameResolverTest, ReportsAnUnknownNameOnce) {
  const auto known = resolver_.watch({{"app", 80, ""}}, testing::patience);
  (void)resolver_.watch({{"app", 80, ""}, {"web", 80, ""}}, testing::patience);

  EXPECT_TRUE(known.at("app:80").empty());
  ASSERT_TRUE(wait_until([&] { return locked(failures_).size() == 2; }));
  EXPECT_EQ(locked(failures_), (std::vector<std::string>{"app:80 unknown", "web:80 unknown"}));
}

TEST_F(NameResolverTest, TellsOfNewAddresses) {
  set("app", addresses("192.0.2.1"));
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);

  set("app", addresses("192.0.2.2"));
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);  // looks it up again

  EXPECT_TRUE(wait_until([&] { return locked(changes_).size() == 2; }));
  EXPECT_EQ(locked(changes_).back(), "app:80 192.0.2.2:80");
}

TEST_F(NameResolverTest, TakesTheSameAddressesInAnotherOrderForNoChange) {
  const NameResolver::Addresses first{addresses("192.0.2.1").front(), addresses("2001:db8::1").front()};
  set("app", first);
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);

  set("app", NameResolver::Addresses{first[1], first[0]});
  for (const int lookups : {2, 3}) {  // the third begins when the second has been told of
    (void)resolver_.watch({{"app", 80, ""}}, testing::patience);
    ASSERT_TRUE(wait_until([&] { return locked(lookups_) >= lookups; }));
  }

  EXPECT_EQ(locked(changes_).size(), 1U);
  EXPECT_EQ(resolver_.watch({{"app", 80, ""}}, 0ms).at("app:80"), first) << "the order that is in use stays";
}

TEST_F(NameResolverTest, TellsOfAnAddressThatIsGone) {
  const NameResolver::Addresses first{addresses("192.0.2.1").front(), addresses("192.0.2.2").front()};
  set("app", first);
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);

  set("app", NameResolver::Addresses{first[1]});
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);

  EXPECT_TRUE(wait_until([&] { return locked(changes_).size() == 2; }));
  EXPECT_EQ(locked(changes_).back(), "app:80 192.0.2.2:80");
}

TEST_F(NameResolverTest, KeepsTheLastAddressesWhenALookUpFails) {
  set("app", addresses("192.0.2.1"));
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);

  set("app", std::nullopt);
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);
  ASSERT_TRUE(wait_until([&] { return locked(failures_).size() == 1; }));

  EXPECT_EQ(resolver_.watch({{"app", 80, ""}}, 0ms).at("app:80"), addresses("192.0.2.1"));
  EXPECT_EQ(locked(changes_).size(), 1U);
}

TEST_F(NameResolverTest, SaysWhyANameHasNoAddress) {
  NameResolver slow{[](auto&&...) {}, [](auto&&...) {},
                    std::make_unique<FakeLookup>([](const Endpoint&) { return std::nullopt; })};
  (void)slow.watch({{"app", 80, ""}}, 0ms);
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);

  EXPECT_EQ(slow.why_none("app:80"), "it has not been looked up yet");
  EXPECT_EQ(resolver_.why_none("app:80"), "unknown");
}

TEST_F(NameResolverTest, FindsAFailingNameSoonAfterItIsBack) {
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);
  ASSERT_TRUE(wait_until([&] { return locked(failures_).size() == 1; }));

  set("app", addresses("192.0.2.1"));

  EXPECT_TRUE(wait_until([&] { return locked(changes_).size() == 1; }, 8s));  // far below the usual refresh
}

TEST_F(NameResolverTest, ForgetsWhatIsNotWatchedAnyMore) {
  set("app", addresses("192.0.2.1"));
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);

  EXPECT_TRUE(resolver_.watch({}, 0ms).empty());
}

TEST_F(NameResolverTest, TellsAgainOfWhatIsNotKnownYet) {
  set("app", addresses("192.0.2.1"));
  set("web", addresses("192.0.2.2"));
  auto known = resolver_.watch({{"app", 80, ""}, {"web", 80, ""}}, testing::patience);
  ASSERT_TRUE(wait_until([&] { return locked(changes_).size() == 2; }));  // they may be told after watch() has returned
  known["app:80"].clear();

  resolver_.tell_again(known);

  const auto changes = locked(changes_);
  EXPECT_EQ(std::count(changes.begin(), changes.end(), "app:80 192.0.2.1:80"), 2);
  EXPECT_EQ(std::count(changes.begin(), changes.end(), "web:80 192.0.2.2:80"), 1);
}

TEST_F(NameResolverTest, LooksANameUpAgainWhenItsTimeToLiveIsOver) {
  ttl_ = 0s;
  set("app", addresses("192.0.2.1"));
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience, {.min_ttl = 20ms});

  set("app", addresses("192.0.2.2"));

  EXPECT_TRUE(wait_until([&] { return locked(changes_).size() == 2; }));
  EXPECT_EQ(locked(changes_).back(), "app:80 192.0.2.2:80");
}

TEST_F(NameResolverTest, LooksANameWithALongTimeToLiveUpAfterTheLongestAllowed) {
  ttl_ = 86'400s;
  set("app", addresses("192.0.2.1"));
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience, {.min_ttl = 1ms, .max_ttl = 20ms});

  EXPECT_TRUE(wait_until([&] { return locked(lookups_) >= 3; }));
}

TEST_F(NameResolverTest, DoesNotAskForANameThatIsBeingLookedUp) {
  std::atomic<int> begun = 0;
  std::atomic<bool> go = false;
  NameResolver slow{[](auto&&...) {}, [](auto&&...) {},
                    std::make_unique<FakeLookup>([&](const Endpoint&) -> std::optional<Found> {
                      if (!go) return std::nullopt;
                      ++begun;
                      return net::FoundAddresses{addresses("192.0.2.1"), 60s};
                    })};
  for (int i = 0; i < 5; ++i) (void)slow.watch({{"app", 80, ""}}, 1ms);

  go = true;

  EXPECT_TRUE(wait_until([&] { return !slow.watch({}, 0ms).contains("x") && begun > 0; }));
  EXPECT_EQ(begun, 1);
}

TEST_F(NameResolverTest, GoesOnWithOtherNameServers) {
  set("app", addresses("192.0.2.1"));
  (void)resolver_.watch({{"app", 80, ""}}, testing::patience);

  (void)resolver_.watch({{"app", 80, ""}}, testing::patience, {},
                        std::make_unique<FakeLookup>([](const Endpoint&) -> std::optional<Found> {
                          return net::FoundAddresses{addresses("192.0.2.9"), 60s};
                        }));

  EXPECT_TRUE(wait_until([&] { return locked(changes_).size() == 2; }));
  EXPECT_EQ(locked(changes_).back(), "app:80 192.0.2.9:80");
}

TEST(NameResolver, LooksOthersUpWhileOneHangs) {
  NameResolver resolver{[](auto&&...) {}, [](auto&&...) {},
                        std::make_unique<FakeLookup>([](const Endpoint& endpoint) -> std::optional<Found> {
                          if (endpoint.host == "a.dead") return std::nullopt;
                          return net::FoundAddresses{addresses("192.0.2.1"), 60s};
                        })};

  EXPECT_TRUE(wait_until([&] {
    auto known = resolver.watch({{"a.dead", 80, ""}, {"b", 80, ""}, {"c", 80, ""}}, 0ms);
    return !known["b:80"].empty() && !known["c:80"].empty();
  }));
}

TEST(NameResolver, DoesNotWaitForALookUpThatHangsWhenItEnds) {
  std::atomic<int> told = 0;
  auto resolver =
      std::make_unique<NameResolver>([&](auto&&...) { ++told; }, [&](auto&&...) { ++told; },
                                     std::make_unique<FakeLookup>([](const Endpoint&) { return std::nullopt; }));
  (void)resolver->watch({{"app", 80, ""}}, 5ms);

  resolver.reset();

  EXPECT_EQ(told, 0);
}

TEST(NameResolver, ResolvesLocalhostFromTheHostsFile) {
  NameResolver resolver{[](auto&&...) {}, [](auto&&...) {}, net::make_dns_lookup({})};

  const auto known = resolver.watch({{"localhost", 8080, ""}}, testing::patience);

  ASSERT_FALSE(known.at("localhost:8080").empty());
  EXPECT_EQ(known.at("localhost:8080").front().port(), 8080);
}

}  // namespace
}  // namespace headgate::app
