#include "http/header_rules.hpp"

#include <gtest/gtest.h>

namespace headgate::http {
namespace {

TEST(HeaderRules, AreEmptyWithoutChanges) {
  EXPECT_TRUE(HeaderRules{}.empty());
  EXPECT_TRUE(HeaderRules::compile({}, {}, {})->empty());
  EXPECT_FALSE(HeaderRules::compile({}, {}, {"X-A"})->empty());
  EXPECT_FALSE(HeaderRules::compile({{"Host", "a"}}, {}, {})->empty());
}

TEST(HeaderRules, DropWhatIsRemovedOrSetButNotWhatIsAdded) {
  const auto rules = HeaderRules::compile({{"Server", "a"}, {"X-Set", "b"}}, {{"X-Add", "c"}}, {"X-Remove", "via"});

  EXPECT_TRUE(rules->drops(FieldId::server, "server"));
  EXPECT_TRUE(rules->drops(FieldId::via, "Via"));
  EXPECT_TRUE(rules->drops(FieldId::other, "x-set"));
  EXPECT_TRUE(rules->drops(FieldId::other, "X-REMOVE"));
  EXPECT_FALSE(rules->drops(FieldId::other, "X-Add"));
  EXPECT_FALSE(rules->drops(FieldId::date, "Date"));
  EXPECT_EQ(rules->lines(), "Server: a\r\nX-Set: b\r\nX-Add: c\r\n");
}

TEST(HeaderRules, SetTheHostApart) {
  const auto rules = HeaderRules::compile({{"hOST", "a.example"}}, {}, {});

  EXPECT_EQ(rules->host(), "a.example");
  EXPECT_EQ(rules->lines(), "");
}

TEST(HeaderRules, RefuseNamesAndValuesThatCannotBeSent) {
  EXPECT_FALSE(HeaderRules::compile({{"X A", "b"}}, {}, {}));
  EXPECT_FALSE(HeaderRules::compile({}, {{"", "b"}}, {}));
  EXPECT_FALSE(HeaderRules::compile({}, {}, {"X:"}));
  EXPECT_FALSE(HeaderRules::compile({{"X-A", "b\r\nX-Evil: c"}}, {}, {}));
  EXPECT_FALSE(HeaderRules::compile({}, {{"X-A", "b "}}, {}));
}

TEST(HeaderRules, LeaveFramingAndHostAlone) {
  for (const char* name : {"Content-Length", "transfer-encoding", "Connection", "Upgrade", "TE", "Keep-Alive"}) {
    EXPECT_FALSE(HeaderRules::compile({{name, "1"}}, {}, {})) << name;
    EXPECT_FALSE(HeaderRules::compile({}, {{name, "1"}}, {})) << name;
    EXPECT_FALSE(HeaderRules::compile({}, {}, {name})) << name;
  }
  EXPECT_FALSE(HeaderRules::compile({}, {{"Host", "a"}}, {}));
  EXPECT_FALSE(HeaderRules::compile({}, {}, {"Host"}));
  EXPECT_FALSE(HeaderRules::compile({{"Host", ""}}, {}, {}));
}

}  // namespace
}  // namespace headgate::http
