#include "state/record.hpp"

#include <gtest/gtest.h>

#include "state/record_json.hpp"
#include "support/log_lines.hpp"

namespace headgate::state {
namespace {

using observe::at;

Entry entry(Change change, std::int64_t second, const std::string& by = "a") {
  return {change, at(second), by, "test"};
}

Record record(std::initializer_list<Entry> entries) {
  Record made;
  for (const Entry& one : entries) made.put(one);
  return made;
}

std::optional<Record> read_record(std::string_view text) { return record_from_text(text, at(100)); }

TEST(Record, TellsTheLatestDecisionOfEachKind) {
  const Record known = record({entry(Drain{true}, 1), entry(Ejection{at(30), 2}, 2), entry(Drain{false}, 3)});

  EXPECT_FALSE(known.get<Drain>()->on);
  EXPECT_EQ(known.get<Ejection>()->until, at(30));
  EXPECT_EQ(known.get<Breaker>(), nullptr);
}

TEST(Record, IgnoresOldNews) {
  Record known = record({entry(Drain{true}, 5)});

  EXPECT_FALSE(known.put(entry(Drain{false}, 4)));

  EXPECT_TRUE(known.get<Drain>()->on);
}

TEST(Record, MergesByTheTimeOfEachKind) {
  Record ours = record({entry(Drain{true}, 5), entry(Ejection{at(9), 1}, 1)});
  const Record theirs = record({entry(Drain{false}, 4, "b"), entry(Ejection{at(20), 2}, 2, "b")});

  const auto taken = ours.merge(theirs);

  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(std::get<Ejection>(taken[0].change), (Ejection{at(20), 2}));
  EXPECT_TRUE(ours.get<Drain>()->on);
}

TEST(Record, MergesToTheSameInAnyOrder) {
  const Record a = record({entry(Drain{true}, 5, "a"), entry(Probes{false}, 1, "a")});
  const Record b = record({entry(Drain{false}, 5, "b"), entry(Breaker{true, at(9)}, 3, "b")});
  Record ab = a;
  Record ba = b;

  ab.merge(b);
  ba.merge(a);

  EXPECT_EQ(ab, ba);
  EXPECT_FALSE(ab.get<Drain>()->on);  // at the same time the greater name wins
}

// Regression: the endpoint did not learn the time, and its next decision was older than what others had.
TEST(Record, TellsOfANewerEntryThatSaysTheSame) {
  Record ours = record({entry(Drain{true}, 1)});

  EXPECT_EQ(ours.merge(record({entry(Drain{true}, 2, "b")})).size(), 1U);

  EXPECT_EQ(ours.entries().front().by, "b");
}

TEST(RecordJson, IsReadAsItWasWritten) {
  const Record all = record({entry(Drain{true}, 1), entry(Ejection{at(30), 2}, 2), entry(Breaker{true, at(40)}, 3),
                             entry(Probes{false}, 4, "b")});

  EXPECT_EQ(read_record(to_text(all)), all);
  EXPECT_EQ(read_record(to_text(Record{})), Record{});
}

TEST(RecordJson, LeavesOutWhatALaterVersionAdds) {
  const std::string text = to_text(record({entry(Drain{true}, 1)}));

  const auto found = read_record(R"({"mood": {"good": true}, )" + text.substr(1));

  ASSERT_TRUE(found);
  EXPECT_EQ(found->entries().size(), 1U);
}

TEST(RecordJson, SurvivesTextsThatAreNoUtf8) {
  Entry strange = entry(Drain{true}, 1);
  strange.why = "\xff\xfe" + std::string(1000, 'x');

  const auto found = read_record(to_text(record({strange})));

  ASSERT_TRUE(found);
  EXPECT_LE(found->entries().front().why.size(), 256U);
}

// Regression: what came from the last second that could be read could never be overruled.
TEST(RecordJson, IsRefusedFromMoreThanADayAhead) {
  constexpr std::int64_t day = 24 * 60 * 60;

  EXPECT_TRUE(read_record(to_text(record({entry(Drain{true}, 100 + day)}))));
  EXPECT_FALSE(read_record(to_text(record({entry(Drain{true}, 101 + day)}))));
}

TEST(RecordJson, MayLastLongerThanADay) {
  EXPECT_TRUE(read_record(to_text(record({entry(Ejection{at(1'000'000'000), 1}, 1)}))));
}

class NoRecord : public ::testing::TestWithParam<const char*> {};

TEST_P(NoRecord, IsRefused) { EXPECT_FALSE(read_record(GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    RecordJson, NoRecord,
    ::testing::Values("", "null", "[]", "7", "{", R"({"drain": true})",
                      R"({"drain": {"on": 1, "at": 1, "by": "", "why": ""}})",
                      R"({"drain": {"on": true, "at": -1, "by": "", "why": ""}})",
                      R"({"drain": {"on": true, "at": 1e30, "by": "", "why": ""}})",
                      R"({"drain": {"on": true, "at": 18446744073709551615, "by": "", "why": ""}})",
                      R"({"drain": {"on": true, "at": 1, "by": 3, "why": ""}})",
                      R"({"ejection": {"until": 1, "count": 4294967296, "at": 1, "by": "", "why": ""}})",
                      R"({"probes": {"at": 1, "by": "", "why": ""}})"));

}  // namespace
}  // namespace headgate::state
