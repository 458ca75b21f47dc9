#include "http/reserved_fields.hpp"

#include <gtest/gtest.h>

namespace headgate::http {
namespace {

class ReservedFields : public ::testing::Test {
 protected:
  [[nodiscard]] bool reserves(std::string_view name) const { return is_reserved(name, policy_, client_); }
  [[nodiscard]] std::string_view rest_of(std::string_view lines) {
    return without_reserved(lines, policy_, client_, scratch_);
  }
  ForwardingPolicy policy_;
  ClientInfo client_;
  std::string scratch_ = "from before";
};

TEST_F(ReservedFields, AreThoseOfThePolicyInEverySpelling) {
  policy_.reserved = {"x-print", "x-the-subject"};

  for (const char* name : {"x-the-subject", "X-The-Subject", "x_the_subject", "X_THE-SUBJECT", "X-Print"})
    EXPECT_TRUE(reserves(name)) << name;
  for (const char* name : {"x-the-subjec", "x-the-subjects", "x.the.subject", ""}) EXPECT_FALSE(reserves(name)) << name;
}

TEST_F(ReservedFields, AreThoseByWhichTheConnectionIsKnown) {
  client_.certificate_lines = "X-Subject: CN=a: b\r\nX-Print: ff\r\n";

  EXPECT_TRUE(reserves("x_subject"));
  EXPECT_TRUE(reserves("x-print"));
  EXPECT_FALSE(reserves("cn=a"));
}

TEST_F(ReservedFields, AreLeftOutOfTrailers) {
  policy_.reserved = {"x-subject"};

  EXPECT_EQ(rest_of("A: 1\r\nX_Subject: CN=a\r\nB: 2\r\nx-subject: CN=b\r\n"), "A: 1\r\nB: 2\r\n");
  EXPECT_EQ(rest_of("X-Subject: CN=a\r\n"), "");
}

TEST_F(ReservedFields, LeaveTrailersWithoutThemAsTheyAre) {
  policy_.reserved = {"x-subject"};
  const std::string_view lines = "A: 1\r\nB: x-subject: 2\r\n";

  EXPECT_EQ(rest_of(lines).data(), lines.data());
  EXPECT_EQ(rest_of(""), "");
}

}  // namespace
}  // namespace headgate::http
