#include "upstream/sticky.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "cluster_fixture.hpp"

namespace headgate::upstream {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

config::Sticky settings(std::string secret = "a secret of the test") {
  config::Sticky result;
  result.secret = std::move(secret);
  return result;
}
const std::vector<std::string> endpoints{"10.0.0.1:80", "10.0.0.2:80", "unix:/run/app.sock"};

std::string token_of(const Sticky& sticky, std::size_t endpoint) {
  const std::string line{sticky.set_cookie_line(endpoint)};
  const std::size_t begin = line.find('=') + 1;
  return line.substr(begin, line.find(';') - begin);
}
std::optional<std::size_t> endpoint_of(const Sticky& sticky, const std::string& cookies) {
  return sticky.endpoint_of({{"Cookie", cookies, FieldId::cookie, false}});
}

TEST(Sticky, LeadsBackToTheEndpointThatSetTheCookie) {
  const Sticky sticky{settings(), "web", endpoints};

  for (std::size_t i = 0; i < endpoints.size(); ++i)
    EXPECT_EQ(endpoint_of(sticky, "a=b; headgate=" + token_of(sticky, i) + "; c=d"), i);
}

TEST(Sticky, KnowsItsCookiesAfterARestartAndInAnotherOrder) {
  const Sticky before{settings(), "web", endpoints};
  const Sticky after{settings(), "web", std::vector<std::string>{"10.0.0.9:80", "10.0.0.2:80", "10.0.0.1:80"}};

  EXPECT_EQ(endpoint_of(after, "headgate=" + token_of(before, 0)), 2U);
  EXPECT_EQ(endpoint_of(after, "headgate=" + token_of(before, 1)), 1U);
  EXPECT_EQ(endpoint_of(after, "headgate=" + token_of(before, 2)), std::nullopt) << "it is gone";
}

TEST(Sticky, DoesNotTakeCookiesOfAnotherSecretOrUpstream) {
  const Sticky sticky{settings(), "web", endpoints};

  EXPECT_EQ(endpoint_of(sticky, "headgate=" + token_of(Sticky{settings("another secret"), "web", endpoints}, 0)),
            std::nullopt);
  EXPECT_EQ(endpoint_of(sticky, "headgate=" + token_of(Sticky{settings(), "api", endpoints}, 0)), std::nullopt);
}

TEST(Sticky, TellsNoAddress) {
  const Sticky sticky{settings(), "web", endpoints};
  std::set<std::string> tokens;

  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    tokens.insert(token_of(sticky, i));
    EXPECT_THAT(std::string{sticky.set_cookie_line(i)}, Not(HasSubstr("10.0")));
    EXPECT_THAT(token_of(sticky, i), ::testing::MatchesRegex("[A-Za-z0-9_-]{44}"));
  }
  EXPECT_EQ(tokens.size(), endpoints.size());
}

TEST(Sticky, RefusesATokenOfWhichAnyCharacterWasChanged) {
  const Sticky sticky{settings(), "web", endpoints};
  const std::string good = token_of(sticky, 0);

  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = bad[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(endpoint_of(sticky, "headgate=" + bad), std::nullopt) << i;
  }
  EXPECT_EQ(endpoint_of(sticky, "headgate=" + good + "A"), std::nullopt);
  EXPECT_EQ(endpoint_of(sticky, "headgate=" + good.substr(1)), std::nullopt);
}

TEST(Sticky, RefusesTheNameOfOneEndpointWithTheSignatureOfAnother) {
  const Sticky sticky{settings(), "web", endpoints};

  EXPECT_EQ(endpoint_of(sticky, "headgate=" + token_of(sticky, 0).substr(0, 12) + token_of(sticky, 1).substr(12)),
            std::nullopt);
}

TEST(Sticky, OfSeveralCookiesTakesTheOneThatIsItsOwn) {
  const Sticky sticky{settings(), "web", endpoints};

  EXPECT_EQ(endpoint_of(sticky, "headgate=forged; headgate=; headgate=" + token_of(sticky, 1)), 1U);
}

TEST(Sticky, SurvivesHostileCookies) {
  const Sticky sticky{settings(), "web", endpoints};

  for (const std::string& cookies :
       {std::string{}, std::string{"headgate"}, std::string{"headgate="}, std::string(30'000, ';'),
        "headgate=" + std::string(44, '\xff'), "headgate=" + std::string(44, '\0'),
        "headgate=" + std::string(30'000, 'A'), std::string{"headgate=\"\"; =; headgate==;;"}})
    EXPECT_EQ(endpoint_of(sticky, cookies), std::nullopt);
}

TEST(Sticky, WritesTheAttributesOfTheConfiguration) {
  config::Sticky all = settings();
  all.cookie = "id";
  all.ttl = std::chrono::milliseconds{90'500};
  all.secure = true;
  all.path = "/app";
  all.same_site = config::SameSite::none;
  config::Sticky few = settings();
  few.ttl = std::chrono::milliseconds{0};
  few.http_only = false;
  few.same_site = config::SameSite::strict;

  EXPECT_THAT(std::string(Sticky(all, "web", endpoints).set_cookie_line(0)),
              ::testing::MatchesRegex(
                  "Set-Cookie: id=[A-Za-z0-9_-]+; Path=/app; Max-Age=91; Secure; HttpOnly; SameSite=None\r\n"));
  EXPECT_THAT(std::string(Sticky(few, "web", endpoints).set_cookie_line(0)),
              ::testing::MatchesRegex("Set-Cookie: headgate=[A-Za-z0-9_-]+; Path=/; SameSite=Strict\r\n"));
  EXPECT_THAT(std::string(Sticky(settings(), "web", endpoints).set_cookie_line(0)),
              ::testing::EndsWith("; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax\r\n"));
}

/// A cluster with sticky sessions, whose strategy takes the first that is usable.
class StickyClusterTest : public ClusterFixture {
 protected:
  StickyClusterTest() {
    web_ = cluster({member(1, 1, false, 1), member(2), member(3, 1, true)});
    web_->stick(std::make_unique<Sticky>(settings(), "web", std::vector<std::string>{"app:1", "app:2", "app:3"}));
  }
  void come_with_cookie_of(std::size_t endpoint) {
    cookie_ = "headgate=" + std::string{web_->set_cookie_line(endpoint)}.substr(21, 44);
    request_.fields = {{"Cookie", cookie_, FieldId::cookie, false}};
  }
  /// Where the request goes, and "new" when the client gets a cookie for it.
  std::string served(std::initializer_list<std::size_t> tried = {}) {
    const auto slot = take(*web_, tried);
    if (!slot) return std::string{to_string(slot.error().cause)};
    return std::to_string(slot->index()) + (slot->new_to_client() ? " new" : "");
  }

  std::unique_ptr<Cluster> web_;
  std::string cookie_;
};

TEST_F(StickyClusterTest, GivesANewClientACookie) { EXPECT_EQ(served(), "0 new"); }

TEST_F(StickyClusterTest, BringsAClientBack) {
  come_with_cookie_of(1);

  EXPECT_EQ(served(), "1");
}

TEST_F(StickyClusterTest, FallsOverWhenTheEndpointIsOut) {
  come_with_cookie_of(1);

  take_out(*web_, 1, Out::ejected);

  EXPECT_EQ(served(), "0 new");
}

TEST_F(StickyClusterTest, FallsOverWhenTheAttemptHasFailed) {
  come_with_cookie_of(1);

  EXPECT_EQ(served({1}), "0 new");
}

TEST_F(StickyClusterTest, GoesElsewhereForOnceWhenTheEndpointIsBusy) {
  come_with_cookie_of(0);
  const auto slot = take(*web_);

  EXPECT_EQ(served(), "1");
}

TEST_F(StickyClusterTest, StaysOnABackupThatServesIt) {
  come_with_cookie_of(2);

  EXPECT_EQ(served(), "2");
}

TEST_F(StickyClusterTest, SetsNoCookieWithoutStickySessions) {
  const auto plain = cluster({member(1)});

  EXPECT_EQ(plain->set_cookie_line(0), "");
  EXPECT_FALSE(take(*plain)->new_to_client());
}

}  // namespace
}  // namespace headgate::upstream
