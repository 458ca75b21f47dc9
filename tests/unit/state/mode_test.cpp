#include "state/mode.hpp"

#include "unit/state/store_fixture.hpp"

namespace headgate::state {
namespace {

class ModeTest : public StoreTest {
 protected:
  [[nodiscard]] std::vector<std::string> details() {
    std::vector<std::string> all;
    for (const auto& line : log_lines("STATE_DEGRADED")) all.push_back(line["detail"]);
    return all;
  }

  Mode mode_{"redis", log_, [this] { return now_; }};
};

TEST(GistOf, LeavesOutWhatVaries) {
  EXPECT_EQ(gist_of("cannot write /var/lib/x: No space left on device"), "cannot write No space left on device ");
  EXPECT_EQ(gist_of("ERR id 4711 of 'client-a', 10.0.0.1:80."), gist_of("ERR id 12 of 'other', 10.0.0.2:81."));
  EXPECT_NE(gist_of("AUTH: WRONGPASS"), gist_of("AUTH: NOAUTH"));
  EXPECT_EQ(gist_of(""), "");
}

TEST_F(ModeTest, TellsEachReasonOnceAnOutage) {
  for (const char* error : {"it closed the connection", "Connection refused", "NOAUTH Authentication required.",
                            "Connection refused", "NOAUTH Authentication required."})
    mode_.failed(error);

  EXPECT_EQ(details(), (std::vector<std::string>{"it closed the connection", "Connection refused",
                                                 "NOAUTH Authentication required."}));
}

TEST_F(ModeTest, TellsAReasonAgainInTheNextOutage) {
  mode_.failed("Connection refused");
  mode_.works();
  mode_.failed("Connection refused");

  EXPECT_EQ(details().size(), 2U);
}

TEST_F(ModeTest, IsNotFloodedByNumbersInAReason) {
  for (int i = 0; i < 100; ++i)
    mode_.failed("ERR client id=" + std::to_string(i) + " at 10.0.0.1:" + std::to_string(i));

  EXPECT_EQ(details().size(), 1U);
}

TEST_F(ModeTest, IsNotFloodedByAServerThatSaysSomethingElseEachTime) {
  std::string word;
  for (int i = 0; i < 100; ++i) mode_.failed(word += 'x');

  EXPECT_EQ(details().size(), Mode::most_reasons);
}

TEST_F(ModeTest, CountsAnOutageFromItsFirstFailure) {
  const TimeStamp began = now_;
  mode_.failed("one");
  now_ += 1s;
  mode_.failed("other");

  EXPECT_EQ(mode_.since(), began);
}

}  // namespace
}  // namespace headgate::state
