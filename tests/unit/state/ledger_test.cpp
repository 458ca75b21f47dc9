#include "state/ledger.hpp"

#include <gtest/gtest.h>

#include "support/log_lines.hpp"

namespace headgate::state {
namespace {

const BackendId web{"web", "10.0.0.1:80"};
const BackendId api{"api", "10.0.0.1:80"};
const Entry drained{Drain{true}, observe::at(1), "a", "test"};

TEST(Ledger, KeepsWhatIsWatchedAndForgetsTheRest) {
  Ledger ledger;
  ledger.watch({web, api}, {"one", "two"});
  ledger.put(web, drained);
  ledger.put(api, drained);
  ledger.set_secret("one", "1");
  ledger.set_secret("two", "2");

  ledger.watch({web}, {"two"});

  EXPECT_NE(ledger.find(web)->get<Drain>(), nullptr);
  EXPECT_EQ(ledger.find(api), nullptr);
  EXPECT_FALSE(ledger.secret("one"));
  EXPECT_EQ(ledger.secret("two"), "2");
}

TEST(Ledger, TakesNothingForABackendThatIsNotWatched) {
  Ledger ledger;
  Record theirs;
  theirs.put(drained);

  EXPECT_FALSE(ledger.put(web, drained));
  EXPECT_TRUE(ledger.merge(web, theirs).empty());
}

TEST(Ledger, MakesSecretsThatAreSecretsAndDiffer) {
  EXPECT_TRUE(is_secret(make_secret()));
  EXPECT_NE(make_secret(), make_secret());
  EXPECT_FALSE(is_secret(""));
  EXPECT_FALSE(is_secret(std::string(64, 'g')));
  EXPECT_FALSE(is_secret(std::string(63, 'a')));
}

}  // namespace
}  // namespace headgate::state
