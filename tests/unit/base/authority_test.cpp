#include "base/authority.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::base {
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

}  // namespace
}  // namespace headgate::base
