// A browser: a page of a hundred resources by HTTP/2 over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/admin_api.hpp"
#include "support/fake_upstream.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

/// Loads a hundred resources, then says in its title how many have come.
constexpr const char* page = R"(<!doctype html><title>loading</title><script>
const all = Array.from({ length: 100 }, (_, i) => fetch('/resource/' + i).then(r => r.text()).then(t => t === 'resource'));
Promise.all(all).then(came => { document.title = came.filter(Boolean).length + ' came'; });
</script>)";

class Chromium : public Tls {
 protected:
  void SetUp() override {
    Tls::SetUp();
    if (!has_program("chromium")) GTEST_SKIP() << "chromium is not installed";
  }
  [[nodiscard]] Config by_http2(const Config& config) const {
    return secured(config)
        .with("/listeners/0/protocols", Value::of_json(R"(["h2", "http/1.1"])"))
        .with("/logging/access", true);
  }
  /// The page as it is when it has nothing more to do.
  [[nodiscard]] Finished open(const ProxyUnderTest& proxy) const {
    return run(
        {"chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
         "--disable-background-networking", "--user-data-dir=" + (folder_ / "profile"), "--ignore-certificate-errors",
         "--virtual-time-budget=20000", "--dump-dom", "https://" + proxy.address() + "/"},
        {}, 90s);
  }
};

TEST_F(Chromium, LoadsAPageOfAHundredResourcesByHttp2) {
  FakeUpstream upstream{[](const Request& request) {
    const bool resource = request.target.starts_with("/resource/");
    return reply(200, resource ? "resource" : page, "Content-Type: text/html\r\n");
  }};
  ProxyUnderTest proxy{with_admin(by_http2(route_all_to(upstream)))};

  const Finished finished = open(proxy);

  EXPECT_THAT(finished.out, HasSubstr("<title>100 came</title>")) << finished.err;
  ASSERT_TRUE(wait_until([&] { return proxy.log("access_").size() >= 101; }));
  for (const LogRecord& record : proxy.log("access_")) EXPECT_EQ(record["protocol"], "HTTP/2.0") << record.line;
  // Chromium opens another one beside that of the page.
  const std::string accepted = "\nheadgate_client_connections_accepted_total ";
  EXPECT_THAT(AdminApi{proxy}.text("/metrics"), AnyOf(HasSubstr(accepted + "1\n"), HasSubstr(accepted + "2\n")));
}

}  // namespace
}  // namespace headgate::testing
