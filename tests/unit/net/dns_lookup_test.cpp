// Against a real name server: dnsmasq on a free port.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>

#include "net/name_lookup.hpp"
#include "support/name_server.hpp"
#include "support/prerequisites.hpp"
#include "support/waiting.hpp"

namespace headgate::net {
namespace {

using namespace std::chrono_literals;

class DnsLookupTest : public ::testing::Test {
 protected:
  void SetUp() override {
    HEADGATE_NEEDS("dnsmasq");
    server_.emplace("192.0.2.1 app.test\n2001:db8::1 both.test\n192.0.2.2 both.test\n", 7);
    lookup_ = make_dns_lookup({{server_->address()}, 200ms});
  }

  Result<FoundAddresses> look_up(const std::string& name) {
    std::optional<Result<FoundAddresses>> answer;
    lookup_->begin({name, 8080, ""}, [&](Result<FoundAddresses> found) { answer = std::move(found); });
    (void)testing::wait_until([&] {
      lookup_->wait(10ms);
      return answer.has_value();
    });
    return answer.value_or(Error{Cause::internal, "no answer at all"});
  }
  /// The server needs a moment.
  Result<FoundAddresses> look_up_when_ready(const std::string& name) {
    Result<FoundAddresses> found = look_up(name);
    (void)testing::wait_until([&] {
      if (!found) found = look_up(name);
      return found.has_value();
    });
    return found;
  }

  std::optional<testing::NameServer> server_;
  std::unique_ptr<NameLookup> lookup_;
};

TEST_F(DnsLookupTest, FindsAddressesWithTheirTimeToLive) {
  const auto found = look_up_when_ready("app.test");

  ASSERT_TRUE(found);
  ASSERT_EQ(found->addresses.size(), 1U);
  EXPECT_EQ(found->addresses.front().text(), "192.0.2.1:8080");
  EXPECT_EQ(found->ttl, 7s);
}

TEST_F(DnsLookupTest, FindsBothFamilies) {
  ASSERT_TRUE(look_up_when_ready("app.test"));

  const auto found = look_up("both.test");

  ASSERT_TRUE(found);
  std::string all;
  for (const SocketAddress& address : found->addresses) all += address.text() + ' ';
  EXPECT_NE(all.find("192.0.2.2:8080"), std::string::npos) << all;
  EXPECT_NE(all.find("[2001:db8::1]:8080"), std::string::npos) << all;
}

TEST_F(DnsLookupTest, SaysThatThereIsNoSuchName) {
  ASSERT_TRUE(look_up_when_ready("app.test"));

  const auto found = look_up("nobody.test");

  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().cause, Cause::upstream_resolve_failed);
  EXPECT_STREQ(found.error().detail, "there is no such name");
}

TEST_F(DnsLookupTest, SaysThatTheServerDoesNotAnswer) {
  ASSERT_TRUE(look_up_when_ready("app.test"));
  server_->pause();

  const auto found = look_up("app.test");
  server_->go_on();

  ASSERT_FALSE(found);
  EXPECT_STREQ(found.error().detail, "the name servers do not answer");
}

TEST_F(DnsLookupTest, TellsWhatWasUnderWayAtItsEnd) {
  ASSERT_TRUE(look_up_when_ready("app.test"));
  server_->pause();
  int told = 0;
  lookup_->begin({"app.test", 80, ""}, [&](const Result<FoundAddresses>& found) { told += found ? 10 : 1; });

  lookup_.reset();
  server_->go_on();

  EXPECT_EQ(told, 1);
}

TEST_F(DnsLookupTest, IsWokenByAnotherThread) {
  std::thread other{[this] { lookup_->wake(); }};

  const auto took = testing::time_of([&] { lookup_->wait(60s); });
  other.join();

  EXPECT_LT(took, 30s);
}

}  // namespace
}  // namespace headgate::net
