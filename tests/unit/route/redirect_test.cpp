#include "route/redirect.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>

#include "base/path.hpp"
#include "request.hpp"

namespace headgate::route {
namespace {

std::optional<std::string> location(const std::string& text, const RequestHead& head, bool merge_slashes = true) {
  const Redirect redirect{config::Redirect{301, text}};
  std::string scratch;
  std::string out = "Location: ";
  if (!redirect.append_location(out, head, base::normalise_path(head.path, merge_slashes, scratch), "http")) {
    EXPECT_EQ(out, "Location: ");
    return std::nullopt;
  }
  return out.substr(10);
}

TEST(Redirect, FillsInItsVariables) {
  EXPECT_EQ(location("https://${host}${path}${query}", get("Example.org:8080", "/a/b?c=d")),
            "https://example.org/a/b?c=d");
  EXPECT_EQ(location("${scheme}://www.${host}:8443/x${path}", get("example.org", "/a")),
            "http://www.example.org:8443/x/a");
  EXPECT_EQ(location("/fixed", get("example.org", "/a?b")), "/fixed");
}

TEST(Redirect, LeavesTheQueryOutWhenThereIsNone) {
  EXPECT_EQ(location("/new${query}", get("", "/a")), "/new");
  EXPECT_EQ(location("/new${query}", get("", "/a?")), "/new?");
}

TEST(Redirect, KeepsTheBracketsOfIpv6) {
  EXPECT_EQ(location("https://${host}${path}", get("[::1]:8080", "/")), "https://[::1]/");
}

TEST(Redirect, FailsWhenItNeedsAHostAndTheRequestHasNone) {
  EXPECT_EQ(location("https://${host}${path}", get("", "/")), std::nullopt);
  EXPECT_EQ(location("${path}", get("", "/a")), "/a");
}

TEST(Redirect, ToAPathNeverLeadsToAnotherHost) {
  EXPECT_EQ(location("${path}", get("", "//evil.example/x"), false), "/evil.example/x");
  EXPECT_EQ(location("${path}", get("", "/\\evil.example"), false), "/evil.example");
  EXPECT_EQ(location("${path}", get("", "/.//evil.example"), false), "/evil.example");
  EXPECT_EQ(location("/${path}", get("", "/evil.example")), "/evil.example");
}

TEST(Redirect, KeepsDoubleSlashesBehindAHost) {
  EXPECT_EQ(location("https://example.org${path}", get("", "//a//b"), false), "https://example.org//a//b");
  EXPECT_EQ(location("//example.org${path}", get("", "/a")), "//example.org/a");
}

TEST(Redirect, UsesTheNormalisedPath) { EXPECT_EQ(location("/x${path}", get("", "/a/../b")), "/x/b"); }

TEST(Redirect, RefusesATemplateThatLetsThePathNameTheHost) {
  EXPECT_THROW((Redirect{config::Redirect{301, "https://${path}"}}), std::invalid_argument);
  EXPECT_THROW((Redirect{config::Redirect{301, "${scheme}:${path}"}}), std::invalid_argument);
  EXPECT_THROW((Redirect{config::Redirect{301, "//${query}"}}), std::invalid_argument);
}

TEST(Redirect, TakesDoubleSlashesBehindAHost) {
  EXPECT_EQ(location("https://example.org/a//${path}", get("", "/b")), "https://example.org/a///b");
}

TEST(Redirect, RefusesBrokenTemplates) {
  EXPECT_THROW((Redirect{config::Redirect{301, "/${nonsense}"}}), std::invalid_argument);
  EXPECT_THROW((Redirect{config::Redirect{301, "/${path"}}), std::invalid_argument);
  EXPECT_THROW((Redirect{config::Redirect{301, "/a\r\nSet-Cookie: b"}}), std::invalid_argument);
}

}  // namespace
}  // namespace headgate::route
