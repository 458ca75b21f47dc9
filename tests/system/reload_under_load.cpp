#include <gtest/gtest.h>

#include <cstdlib>

#include "support/load.hpp"
#include "support/proxy_under_test.hpp"

namespace headgate::testing {
namespace {

/// 1,000 when HEADGATE_LONG_TESTS is set.
int reload_count() {
  if (std::getenv("HEADGATE_LONG_TESTS") != nullptr) return 1000;
  return sanitized ? 20 : 100;
}

TEST(ReloadUnderLoad, FailsNoRequestAndLeaksNoMemory) {
  FakeUpstream a{reply(200, "a")};
  FakeUpstream b{reply(200, "b")};
  const Config config = route_all_to({a.url(), b.url()}).with("/workers", 2).with("/logging/level", "warn");
  ProxyUnderTest proxy{config};
  const std::string address = proxy.address();
  Load load{[&] { return address; }, 4};

  const int count = reload_count();
  long settled = 0;
  for (int i = 0; i < count; ++i) {
    const Config next = config.with("/routes/0/name", "version-" + std::to_string(i))
                            .with("/upstreams/origin/backends/0/url", i % 2 == 0 ? b.url() : a.url());
    ASSERT_EQ(proxy.reload(next), "applied");
    if (i == count / 5) settled = proxy.rss();  // pools, caches and arenas are warm by then
  }
  load.stop();

  const auto failures = load.failures();
  EXPECT_TRUE(failures.empty()) << failures.size() << " failures, the first: " << failures.front();
  EXPECT_GT(load.served(), count);
  EXPECT_GE(proxy.count_log("RELOAD_APPLIED"), static_cast<std::size_t>(count)) << "receipts";
  RecordProperty("kibibytes_grown", static_cast<int>(proxy.rss() - settled));
  RecordProperty("requests", load.served());
  if (sanitized) return;
  EXPECT_LT(proxy.rss() - settled, 2048) << "KiB, grown from " << settled;
}

TEST(ReloadUnderLoad, RefusedOnesFailNoRequestEither) {
  FakeUpstream upstream{reply(200)};
  const Config config = route_all_to(upstream).with("/logging/level", "warn");
  ProxyUnderTest proxy{config};
  const std::string address = proxy.address();
  Load load{[&] { return address; }, 2};

  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(proxy.reload(config.with("/routes/0/upstream", "missing-" + std::to_string(i))), "refused");
  load.stop();

  EXPECT_EQ(load.failures(), std::vector<std::string>{});
  EXPECT_GT(load.served(), 10);
}

TEST(ReloadUnderLoad, MovingAListenerFailsNoRequest) {
  FakeUpstream upstream{reply(200)};
  const Config config = route_all_to(upstream).with("/logging/level", "warn").with("/workers", 2);
  const Value second = Value::of_json(R"({"name": "second", "address": "127.0.0.2:0"})");
  ProxyUnderTest proxy{config};
  const std::string address = proxy.address();
  Load load{[&] { return address; }, 2};

  for (int i = 0; i < 10; ++i)
    ASSERT_EQ(proxy.reload(i % 2 == 0 ? config.with("/listeners/1", second) : config), "applied");
  load.stop();

  EXPECT_EQ(load.failures(), std::vector<std::string>{});
}

}  // namespace
}  // namespace headgate::testing
