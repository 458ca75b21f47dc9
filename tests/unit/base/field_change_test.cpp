#include "base/field_change.hpp"

#include <gtest/gtest.h>

namespace headgate::base {
namespace {

TEST(FieldChange, LeavesTheFieldsOfTheConnectionAlone) {
  for (const auto change : {FieldChange::set, FieldChange::add, FieldChange::remove})
    for (const char* name : {"Connection", "content-length", "Transfer-Encoding", "Expect", "TE"})
      EXPECT_NE(change_problem(change, name), nullptr) << name;
}

TEST(FieldChange, MaySetTheHostOnly) {
  EXPECT_EQ(change_problem(FieldChange::set, "Host"), nullptr);
  EXPECT_NE(change_problem(FieldChange::add, "host"), nullptr);
  EXPECT_NE(change_problem(FieldChange::remove, "HOST"), nullptr);
}

TEST(FieldChange, TakesTokensForNamesOnly) {
  EXPECT_EQ(change_problem(FieldChange::add, "X-A"), nullptr);
  EXPECT_NE(change_problem(FieldChange::add, ""), nullptr);
  EXPECT_NE(change_problem(FieldChange::remove, "x:y"), nullptr);
}

TEST(FieldChange, TakesValuesThatCanBeSent) {
  EXPECT_EQ(value_problem("X-A", ""), nullptr);
  EXPECT_EQ(value_problem("X-A", "a\tb\xC3\xA9"), nullptr);
  EXPECT_NE(value_problem("X-A", "a\r\nb"), nullptr);
  EXPECT_NE(value_problem("X-A", " a"), nullptr);
  EXPECT_NE(value_problem("hOST", ""), nullptr);
}

}  // namespace
}  // namespace headgate::base
