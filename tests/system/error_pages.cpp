#include <gtest/gtest.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

Config nobody_there() { return route_all_to({"http://127.0.0.1:1"}); }

TEST(ErrorPageTemplates, ComeFromAFileAndAreReadAgainWhenItChanges) {
  TemporaryFolder folder;
  write_file(folder / "page.html", "<h1>${status} ${reason}</h1><p>${request_id}</p>\n");
  ProxyUnderTest proxy{nobody_there().with(
      "/error_pages", Value::of_json(R"({ "502": { "text/html": "${file:)" + (folder / "page.html") + R"(}" } })"))};
  RawClient client{proxy.address()};

  const Response first = client.get("/", "Accept: text/html\r\n");
  EXPECT_EQ(first.status, 502);
  EXPECT_EQ(first.body, "<h1>502 Bad Gateway</h1><p>" + first.field("x-request-id") + "</p>");
  EXPECT_EQ(proxy.reload_after([&] { write_file(folder / "page.html", "sorry"); }), "applied");

  EXPECT_EQ(client.get("/", "Accept: text/html\r\n").body, "sorry");
}

TEST(ErrorPageTemplates, MayStandInTheConfiguration) {
  ProxyUnderTest proxy{nobody_there()
                           .with("/error_pages/5xx/application~1json", R"({"code": $${status}})")
                           .with("/error_pages/4xx/text~1plain", "no")};

  EXPECT_EQ(RawClient{proxy.address()}.get("/", "Accept: application/json\r\n").body, R"({"code": 502})");
  EXPECT_EQ(RawClient{proxy.address()}.ask("GET / HTTP/1.1\r\n\r\n").body, "no") << "a head that is refused";
}

TEST(ErrorPageTemplates, AreNotForResponsesOfBackends) {
  FakeUpstream upstream{reply(503, "mine")};
  ProxyUnderTest proxy{route_all_to(upstream).with("/error_pages/5xx/text~1plain", "ours")};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "mine");
}

}  // namespace
}  // namespace headgate::testing
