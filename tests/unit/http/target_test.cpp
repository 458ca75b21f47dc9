#include "http/target.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::http {
namespace {

TEST(Authority, TakesHostsOfEveryKind) {
  for (const char* good : {"", "a", "a.example.", "A-B_c.example:8080", "1.2.3.4:65535", "[::1]", "[2001:db8::1]:80",
                           "a.example:", "a.example.:80", "!$&'()*+,;=~"})
    EXPECT_TRUE(is_valid_authority(good)) << good;
}

TEST(Authority, RefusesWhatIsNoHostWithAnOptionalPort) {
  for (const char* bad : {"a b", "a:1:2",     "a:65536",    "a:99999999999999999999",
                          "a:x", "a:-1",      "u@a",        "a/",
                          ":1",  "::1",       "[::1",       "[::1]1",
                          "[]",  "[1.2.3.4]", "[::1%25lo]", "a%",
                          "a%4", "a%00",      "\xc3\xa9",   "a\\b"})
    EXPECT_FALSE(is_valid_authority(bad)) << bad;
  EXPECT_FALSE(is_valid_authority(std::string("a\0b", 3)));
}

TEST(Authority, RefusesOtherWaysToWriteTheSameHost) {
  for (const char* bad : {"secret%2eexample", "%73ecret.example", "a%2Eexample:80", "secret.example..", "a..example",
                          ".a.example", ".", "..", "a.example..:80", ".:80"})
    EXPECT_FALSE(is_valid_authority(bad)) << bad;
}

TEST(TargetScan, GoesOnWhereItStopped) {
  const std::string target = "/a%41b?c%zz=\\ HTTP";
  TargetScan scan;
  std::size_t at = 0;

  for (std::size_t end = 1; end <= 13; ++end)
    EXPECT_EQ(scan.scan(target.data(), at, end), TargetScan::Status::need_more);

  EXPECT_EQ(scan.scan(target.data(), at, target.size()), TargetScan::Status::ended_by_space);
  EXPECT_EQ(at, 13U);
  EXPECT_EQ(scan.query_at(), 6U);
}

TEST(TargetScan, RefusesEveryByteThatIsNotVisibleAscii) {
  for (int c = 0; c < 256; ++c) {
    if (c >= 0x20 && c < 0x7f) continue;
    const std::string target{'/', static_cast<char>(c)};
    const std::string query{'/', '?', static_cast<char>(c)};
    TargetScan scan;
    std::size_t at = 0;

    EXPECT_EQ(scan.scan(target.data(), at, target.size()), TargetScan::Status::bad) << c;
    at = 0;
    EXPECT_EQ(scan.scan(query.data(), at, query.size()), TargetScan::Status::bad) << c;
  }
}

TEST(SplitTarget, LeavesThePathEncoded) {
  RequestHead head;
  head.method = Method::get;
  head.target = "/a%2Fb/../c?x?y";

  ASSERT_TRUE(split_target(head, 11));
  EXPECT_EQ(head.path, "/a%2Fb/../c");
  EXPECT_EQ(head.query, "x?y");
}

TEST(SplitTarget, TakesHostAndPortForConnect) {
  RequestHead head;
  head.method = Method::connect;
  head.target = "[::1]:443";

  ASSERT_TRUE(split_target(head, std::string_view::npos));
  EXPECT_EQ(head.form, TargetForm::authority);
  EXPECT_EQ(head.authority, "[::1]:443");
}

}  // namespace
}  // namespace headgate::http
