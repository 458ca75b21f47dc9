#include "base/path.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::base {
namespace {

std::string normalised(std::string_view path, bool merge_slashes = true) {
  std::string scratch;
  return std::string{normalise_path(path, merge_slashes, scratch)};
}

std::string host(std::string_view authority) {
  std::string scratch;
  return std::string{normalise_host(authority, scratch)};
}

TEST(NormalisePath, ReturnsAnOrdinaryPathItselfWithoutCopying) {
  const std::string path = "/v1/users/42;tab=a/.";
  const std::string_view ordinary = std::string_view{path}.substr(0, path.size() - 2);
  std::string scratch;

  const std::string_view result = normalise_path(ordinary, true, scratch);

  EXPECT_EQ(result.data(), ordinary.data());
  EXPECT_TRUE(scratch.empty());
}

TEST(NormalisePath, ReturnsThePathItselfWhenOnlyItsLookIsSuspicious) {
  const std::string path = "/.well-known/a%2Fb";
  std::string scratch;

  EXPECT_EQ(normalise_path(path, true, scratch).data(), path.data());
}

TEST(NormalisePath, DecodesUnreservedCharactersOnly) {
  EXPECT_EQ(normalised("/%61dm%69n/%7euser"), "/admin/~user");
  EXPECT_EQ(normalised("/a%2fb%3f%23%25%20"), "/a%2Fb%3F%23%25%20");
  EXPECT_EQ(normalised("/a%2Bb+c"), "/a%2Bb+c");
}

TEST(NormalisePath, RemovesDotSegmentsHoweverTheyAreSpelt) {
  EXPECT_EQ(normalised("/public/../admin"), "/admin");
  EXPECT_EQ(normalised("/public/%2e%2e/admin"), "/admin");
  EXPECT_EQ(normalised("/public/.%2E/admin"), "/admin");
  EXPECT_EQ(normalised("/admin/./x/%2e/"), "/admin/x/");
}

TEST(NormalisePath, TreatsAFinalDotSegmentAsAFolder) {
  EXPECT_EQ(normalised("/a/b/.."), "/a/");
  EXPECT_EQ(normalised("/a/b/."), "/a/b/");
  EXPECT_EQ(normalised("/a/.."), "/");
}

TEST(NormalisePath, StaysAtTheRootWhenDotsClimbAboveIt) {
  EXPECT_EQ(normalised("/../../etc/passwd"), "/etc/passwd");
  EXPECT_EQ(normalised("/.."), "/");
}

TEST(NormalisePath, LeavesDotsInsideOfSegmentsAlone) {
  EXPECT_EQ(normalised("/.../..a/b../.c"), "/.../..a/b../.c");
  EXPECT_EQ(normalised("/a/..;/b"), "/a/..;/b");
  EXPECT_EQ(normalised("/a/..%2Fb"), "/a/..%2Fb");
}

TEST(NormalisePath, MergesSlashesBeforeDotsAreResolved) {
  EXPECT_EQ(normalised("//a///b//"), "/a/b/");
  EXPECT_EQ(normalised("/a/b//../c"), "/a/c");
}

TEST(NormalisePath, KeepsDoubleSlashesWhenToldTo) {
  EXPECT_EQ(normalised("//a///b//", false), "//a///b//");
  EXPECT_EQ(normalised("/a/b//../c", false), "/a/b/c");
}

TEST(NormalisePath, EncodesAPercentSignThatBeginsNoTriplet) {
  EXPECT_EQ(normalised("/100%"), "/100%25");
  EXPECT_EQ(normalised("/%zz%4"), "/%25zz%254");
  EXPECT_EQ(normalised("/%%34%31"), "/%2541");
}

TEST(NormalisePath, EncodesBytesThatNoUriHolds) {
  EXPECT_EQ(normalised("/caf\xC3\xA9 \x7F"), "/caf%C3%A9%20%7F");
  EXPECT_EQ(normalised("/caf%c3%a9"), "/caf%C3%A9");
}

TEST(NormalisePath, LeavesBackslashesAsTheyAre) {
  EXPECT_EQ(normalised("/a\\..\\b"), "/a\\..\\b");
  EXPECT_EQ(normalised("/a%5c..%5cb"), "/a%5C..%5Cb");
}

TEST(NormalisePath, AlwaysBeginsWithASlash) {
  EXPECT_EQ(normalised(""), "/");
  EXPECT_EQ(normalised("a/b"), "/a/b");
}

TEST(NormaliseHost, DropsPortTrailingDotAndCase) {
  EXPECT_EQ(host("Example.ORG:8080"), "example.org");
  EXPECT_EQ(host("example.org."), "example.org");
  EXPECT_EQ(host("EXAMPLE.org.:443"), "example.org");
  EXPECT_EQ(host("10.0.0.1:80"), "10.0.0.1");
  EXPECT_EQ(host(""), "");
  EXPECT_EQ(host(":80"), "");
}

TEST(NormaliseHost, BringsIpv6LiteralsIntoTheirCanonicalForm) {
  EXPECT_EQ(host("[::1]:8080"), "[::1]");
  EXPECT_EQ(host("[0:0:0:0:0:0:0:1]"), "[::1]");
  EXPECT_EQ(host("[2001:DB8::0:1]"), "[2001:db8::1]");
}

TEST(NormaliseHost, SurvivesWhatIsNoIpv6Literal) {
  EXPECT_EQ(host("[v1.Fe]:80"), "[v1.fe]");
  EXPECT_EQ(host("[::1"), "[::1]");
  EXPECT_EQ(host("["), "[]");
  EXPECT_EQ(host("[" + std::string(100, 'A') + "]"), "[" + std::string(100, 'a') + "]");
}

TEST(NormaliseHost, DoesNotCopyAPlainHost) {
  const std::string authority = "example.org:80";
  std::string scratch;

  EXPECT_EQ(normalise_host(authority, scratch).data(), authority.data());
}

}  // namespace
}  // namespace headgate::base
