#include "http/target.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::http {
namespace {

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
