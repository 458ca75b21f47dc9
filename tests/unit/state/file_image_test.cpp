#include "state/file_image.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <xxhash.h>

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

Result<Image> read_image(std::string_view bytes) { return image_from(bytes, observe::at(100)); }

/// With a head that is right for it.
std::string with_body(const std::string& from, const std::string& to) {
  std::string body = image();
  body.erase(0, body.find('\n') + 1);
  const auto at = body.find(from);
  if (at != std::string::npos) body.replace(at, from.size(), to);
  return fmt::format("headgate-state 1 {} {:016x}\n{}", body.size(), XXH3_64bits(body.data(), body.size()), body);
}

TEST(FileImage, IsReadAsItWasWritten) {
  const auto read = read_image(image());

  ASSERT_TRUE(read);
  ASSERT_EQ(read->records.size(), 1U);  // the other backend has nothing to say
  EXPECT_EQ(read->records.at(web).get<Ejection>()->count, 3U);
  EXPECT_EQ(read->counts, (CountsByBackend{{web, {512, 3}}}));
  ASSERT_EQ(read->secrets.size(), 1U);
  EXPECT_EQ(read->secrets.at("sticky:web"), std::string(64, 'a'));
}

TEST(FileImage, OfNothingIsOne) {
  const auto read = read_image(to_image(Ledger{}, {}));

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->records.empty());
}

TEST(FileImage, CutAnywhereIsNone) {
  const std::string whole = image();

  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(read_image(whole.substr(0, size))) << size;
}

TEST(FileImage, WithAnyByteChangedIsNone) {
  const std::string whole = image();

  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(read_image(changed)) << i;
  }
}

// Regression: one record spoilt them all.
TEST(FileImage, LeavesOutOnlyWhatCannotBeRead) {
  const auto no_record = read_image(with_body("\"count\": 3", "\"count\": -3"));
  const auto no_counts = read_image(with_body("512", "\"many\""));
  const auto no_secret = read_image(with_body("aaaa", "bad?"));

  ASSERT_TRUE(no_record && no_counts && no_secret);
  EXPECT_EQ(no_record->records.size() + no_counts->counts.size() + no_secret->secrets.size(), 0U);
  for (const auto* image : {&*no_record, &*no_counts, &*no_secret}) {
    EXPECT_EQ(image->unreadable, 1U);
    EXPECT_EQ(image->records.size() + image->counts.size() + image->secrets.size(), 2U);
  }
}

TEST(FileImage, LeavesOutADecisionOfADistantFuture) {
  const auto read = read_image(with_body("\"at\": 1000000", "\"at\": 253402300799999999"));

  ASSERT_TRUE(read);
  EXPECT_TRUE(read->records.empty());
  EXPECT_EQ(read->unreadable, 1U);
}

TEST(FileImage, FollowedByMoreIsNone) { EXPECT_FALSE(read_image(image() + "\n")); }

TEST(FileImage, OfAnotherProgramOrVersionIsNone) {
  EXPECT_FALSE(read_image("root:x:0:0:root:/root:/bin/bash\n"));
  EXPECT_FALSE(read_image("headgate-state 2 0 0000000000000000\n"));
}

}  // namespace
}  // namespace headgate::state
