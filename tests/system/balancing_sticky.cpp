// Sticky sessions through the real program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class StickySessions : public ::testing::Test {
 protected:
  [[nodiscard]] Config config() const {
    return route_all_to({a_->url(), b_->url(), c_->url()})
        .with("/workers", 2)
        .with("/upstreams/origin/sticky/secret", "the secret of all instances");
  }
  /// "Cookie: name=value" of the response, for the next request.
  static std::string cookie_of(const Response& response) {
    const std::string set = response.field("set-cookie");
    return set.empty() ? "" : "Cookie: theme=dark; " + set.substr(0, set.find(';')) + "\r\n";
  }

  std::unique_ptr<FakeUpstream> a_ = std::make_unique<FakeUpstream>(reply(200, "a"));
  std::unique_ptr<FakeUpstream> b_ = std::make_unique<FakeUpstream>(reply(200, "b"));
  std::unique_ptr<FakeUpstream> c_ = std::make_unique<FakeUpstream>(reply(200, "c"));
};

TEST_F(StickySessions, BringAClientBackOverEveryWorkerAndConnection) {
  ProxyUnderTest proxy{config()};

  for (int client = 0; client < 5; ++client) {
    const Response first = RawClient{proxy.address()}.get("/");
    ASSERT_TRUE(first.has("set-cookie"));
    EXPECT_THAT(first.field("set-cookie"), HasSubstr("; HttpOnly; SameSite=Lax"));
    EXPECT_THAT(first.field("set-cookie"), Not(HasSubstr("127.0.0.1")));
    for (int i = 0; i < 10; ++i) {
      const Response next = RawClient{proxy.address()}.get("/", cookie_of(first));
      EXPECT_EQ(next.body, first.body);
      EXPECT_FALSE(next.has("set-cookie")) << "it has one that is good";
    }
  }
}

TEST_F(StickySessions, SpreadNewClients) {
  ProxyUnderTest proxy{config().with("/workers", 1)};
  RawClient client{proxy.address()};

  for (int i = 0; i < 9; ++i) client.get("/");

  for (const auto* backend : {a_.get(), b_.get(), c_.get()}) EXPECT_EQ(backend->request_count(), 3U);
}

TEST_F(StickySessions, FallOverWhenTheBackendDiesAndStayThere) {
  ProxyUnderTest proxy{config()};
  RawClient client{proxy.address()};
  Response first = client.get("/");
  while (first.body != "b") first = client.get("/");

  b_->stop();
  const Response second = client.get("/", cookie_of(first));
  EXPECT_EQ(second.status, 200);
  EXPECT_NE(second.body, "b");
  ASSERT_TRUE(second.has("set-cookie"));

  for (int i = 0; i < 10; ++i) EXPECT_EQ(client.get("/", cookie_of(second)).body, second.body);
}

TEST_F(StickySessions, SurviveARestartAnotherOrderAndAnotherInstance) {
  std::string cookie;
  std::string served_by;
  {
    ProxyUnderTest before{config()};
    const Response first = RawClient{before.address()}.get("/");
    cookie = cookie_of(first);
    served_by = first.body;
  }

  ProxyUnderTest after{config()
                           .with("/upstreams/origin/backends/0/url", c_->url())
                           .with("/upstreams/origin/backends/1/url", a_->url())
                           .with("/upstreams/origin/backends/2/url", b_->url())};

  for (int i = 0; i < 6; ++i) {
    const Response response = RawClient{after.address()}.get("/", cookie);
    EXPECT_EQ(response.body, served_by);
    EXPECT_FALSE(response.has("set-cookie"));
  }
}

TEST_F(StickySessions, WithoutASecretSurviveAReloadButNotARestart) {
  const Config without = config().without("/upstreams/origin/sticky/secret").with("/upstreams/origin/sticky/ttl", "1h");
  std::string cookie;
  {
    ProxyUnderTest proxy{without};
    const Response first = RawClient{proxy.address()}.get("/");
    cookie = cookie_of(first);
    EXPECT_EQ(proxy.reload(without.with("/timeouts/client_idle", "74s")), "applied");
    EXPECT_FALSE(RawClient{proxy.address()}.get("/", cookie).has("set-cookie"));
  }
  ProxyUnderTest again{without};

  EXPECT_TRUE(RawClient{again.address()}.get("/", cookie).has("set-cookie"));
}

TEST_F(StickySessions, ForgedAndHostileCookiesLeadNowhere) {
  ProxyUnderTest proxy{config()};
  RawClient client{proxy.address()};

  for (const std::string& value : {std::string(44, 'A'), std::string{}, std::string(8'000, 'x'), std::string{"\"\""},
                                   std::string{"a=b=c"}, std::string(44, '\xff'), std::string{"; headgate=; ="}}) {
    const Response response = client.get("/", "Cookie: headgate=" + value + "\r\n");
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.has("set-cookie"));
  }
}

TEST_F(StickySessions, LeaveTheCookiesOfTheBackendAlone) {
  FakeUpstream shop{reply(200, "shop", "Set-Cookie: basket=7\r\n")};
  ProxyUnderTest proxy{route_all_to(shop).with("/upstreams/origin/sticky/cookie", "route")};

  const Response response = RawClient{proxy.address()}.get("/");

  EXPECT_EQ(response.count("set-cookie"), 2U);
  EXPECT_THAT(response.field("set-cookie"), HasSubstr("basket=7"));
  EXPECT_THAT(response.field("set-cookie"), HasSubstr("route="));
}

}  // namespace
}  // namespace headgate::testing
