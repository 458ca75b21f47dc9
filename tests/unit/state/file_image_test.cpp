#include "state/file_image.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/log_lines.hpp"

namespace headgate::state {
namespace {

const BackendId web{"web", "unix:/run/\"x\".sock"};

std::string image() {
  Ledger ledger;
  ledger.watch({web, {"web", "10.0.0.2:80"}}, {"sticky:web", "sticky:none"});
  ledger.put(web, {Ejection{observe::at(60), 3}, observe::at(1), "a", "5 failures in a row"});
  ledger.set_secret("sticky:web", std::string(64, 'a'));
  return to_image(ledger, {{web, {512, 3}}, {{"web", "10.0.0.2:80"}, {}}});
}

TEST(FileImage, IsReadAsItWasWritten) {
  const auto read = image_from(image());

  ASSERT_TRUE(read);
  ASSERT_EQ(read->records.size(), 1U);  // the other backend has nothing to say
  EXPECT_EQ(read->records.at(web).get<Ejection>()->count, 3U);
  EXPECT_EQ(read->counts, (CountsByBackend{{web, {512, 3}}}));
  ASSERT_EQ(read->secrets.size(), 1U);
  EXPECT_EQ(read->secrets.at("sticky:web"), std::string(64, 'a'));
}

TEST(FileImage, OfNothingIsOne) {
  const auto read = image_from(to_image(Ledger{}, {}));

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->records.empty());
}

TEST(FileImage, CutAnywhereIsNone) {
  const std::string whole = image();

  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(image_from(whole.substr(0, size))) << size;
}

TEST(FileImage, WithAnyByteChangedIsNone) {
  const std::string whole = image();

  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(image_from(changed)) << i;
  }
}

TEST(FileImage, FollowedByMoreIsNone) { EXPECT_FALSE(image_from(image() + "\n")); }

TEST(FileImage, OfAnotherProgramOrVersionIsNone) {
  EXPECT_FALSE(image_from("root:x:0:0:root:/root:/bin/bash\n"));
  EXPECT_FALSE(image_from("headgate-state 2 0 0000000000000000\n"));
}

}  // namespace
}  // namespace headgate::state
