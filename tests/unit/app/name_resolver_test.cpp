#include "app/name_resolver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>

#include "support/waiting.hpp"

namespace headgate::app {
namespace {

using testing::wait_until;
using namespace std::chrono_literals;

NameResolver::Addresses addresses(const char* host) { return net::resolve({host, 80, ""}).value(); }

/// A resolver over a table that the test changes.
class NameResolverTest : public ::testing::Test {
 protected:
  Result<NameResolver::Addresses> look_up(const Endpoint& endpoint) {
    const std::lock_guard lock{mutex_};
    ++lookups_;
    const auto found = table_.find(endpoint.host);
    if (found == table_.end()) return Error{Cause::upstream_resolve_failed, "unknown"};
    return found->second;
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
                         [this](const Endpoint& endpoint) { return look_up(endpoint); }};
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
  testing::Signal go_on;
  NameResolver slow{[](auto&&...) {}, [](auto&&...) {},
                    [&](const Endpoint&) -> Result<NameResolver::Addresses> {
                      go_on.wait();
                      return NameResolver::Addresses{};
                    }};

  const auto known = slow.watch({{"app", 80, ""}}, 20ms);
  go_on.set();

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
  known["app:80"].clear();

  resolver_.tell_again(known);

  const auto changes = locked(changes_);
  EXPECT_EQ(std::count(changes.begin(), changes.end(), "app:80 192.0.2.1:80"), 2);
  EXPECT_EQ(std::count(changes.begin(), changes.end(), "web:80 192.0.2.2:80"), 1);
}

TEST(NameResolver, LooksOthersUpWhileOneHangs) {
  testing::Signal go_on;
  NameResolver resolver{[](auto&&...) {}, [](auto&&...) {},
                        [&](const Endpoint& endpoint) -> Result<NameResolver::Addresses> {
                          if (endpoint.host == "a.dead") go_on.wait();
                          return addresses("192.0.2.1");
                        }};

  (void)resolver.watch({{"a.dead", 80, ""}, {"b", 80, ""}, {"c", 80, ""}}, 0ms);

  EXPECT_TRUE(wait_until([&] {
    auto known = resolver.watch({{"a.dead", 80, ""}, {"b", 80, ""}, {"c", 80, ""}}, 0ms);
    return !known["b:80"].empty() && !known["c:80"].empty();
  }));
  go_on.set();
}

TEST(NameResolver, LooksNothingMoreUpWhenItEnds) {
  std::atomic<int> lookups = 0;
  std::vector<Endpoint> names;
  for (std::uint16_t port = 1; port <= 40; ++port) names.push_back({"dead", port, ""});
  auto resolver = std::make_unique<NameResolver>(
      [](auto&&...) {}, [](auto&&...) {},
      [&](const Endpoint&) -> Result<NameResolver::Addresses> {
        ++lookups;
        (void)wait_until([] { return false; }, 100ms);  // as long as the name service does not answer
        return NameResolver::Addresses{};
      });
  (void)resolver->watch(names, 0ms);
  ASSERT_TRUE(wait_until([&] { return lookups > 0; }));

  resolver.reset();

  EXPECT_LE(lookups, 8) << "those that ran already, and what the machine's load let begin";
}

TEST(NameResolver, ResolvesLocalhostWithTheSystemsResolver) {
  NameResolver resolver{[](auto&&...) {}, [](auto&&...) {}};

  const auto known = resolver.watch({{"localhost", 8080, ""}}, testing::patience);

  ASSERT_FALSE(known.at("localhost:8080").empty());
  EXPECT_EQ(known.at("localhost:8080").front().port(), 8080);
}

TEST(NameResolverEnd, DoesNotWaitForALookUpThatHangs) {
  auto hanging = std::make_shared<testing::Signal>();
  auto go = std::make_shared<testing::Signal>();
  auto told = std::make_shared<std::atomic<int>>(0);
  {
    NameResolver resolver{[told](const std::string&, const NameResolver::Addresses&) { ++*told; },
                          [told](const std::string&, const Error&) { ++*told; },
                          [hanging, go](const Endpoint&) -> Result<NameResolver::Addresses> {
                            hanging->set();
                            go->wait();
                            return addresses("192.0.2.1");
                          }};
    resolver.watch({{"app", 80, ""}}, 0ms);
    hanging->wait();
  }

  go->set();
  EXPECT_TRUE(wait_until([&] { return go.use_count() == 1; })) << "the thread lets go of everything";
  EXPECT_EQ(*told, 0);
}

}  // namespace
}  // namespace headgate::app
