#include "exchange/max_forwards.hpp"

#include <gtest/gtest.h>

namespace headgate::exchange {
namespace {

RequestHead request_with(std::string_view name, std::string_view value) {
  RequestHead request;
  request.fields.push_back({"X-Other", "7", FieldId::other, false});
  request.fields.push_back({name, value, FieldId::other, false});
  return request;
}

TEST(MaxForwards, GoesOnOneLess) {
  RequestHead request = request_with("Max-Forwards", "10");
  std::string memory;

  EXPECT_EQ(limit_forwards(request, memory), Forwards::go_on);

  EXPECT_EQ(request.fields[1].value, "9");
  EXPECT_EQ(request.fields[0].value, "7");
}

TEST(MaxForwards, EndsHereAtZero) {
  RequestHead request = request_with("max-forwards", "0");
  std::string memory;

  EXPECT_EQ(limit_forwards(request, memory), Forwards::end_here);
}

TEST(MaxForwards, DoesNotMindItsAbsence) {
  RequestHead request = request_with("X-Max-Forwards", "0");
  std::string memory;

  EXPECT_EQ(limit_forwards(request, memory), Forwards::go_on);
  EXPECT_EQ(request.fields[1].value, "0");
}

TEST(MaxForwards, LeavesWhatIsNoNumberAlone) {
  for (const char* value : {"", "x", "-1", "+1", "1x", "1.0", "4294967296"}) {
    RequestHead request = request_with("Max-Forwards", value);
    std::string memory;

    EXPECT_EQ(limit_forwards(request, memory), Forwards::go_on) << value;
    EXPECT_EQ(request.fields[1].value, value);
  }
}

}  // namespace
}  // namespace headgate::exchange
