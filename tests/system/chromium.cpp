// A browser: a page of a hundred resources by HTTP/2 over TLS; a WebSocket, on a stream of HTTP/2 and by Upgrade.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/admin_api.hpp"
#include "support/fake_upstream.hpp"
#include "support/prerequisites.hpp"
#include "support/script_origin.hpp"
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

/// Has a WebSocket echo text and bytes, closes it, and posts what has come of it.
constexpr const char* socket_page = R"(<!doctype html><script>
const socket = new WebSocket('wss://' + location.host + '/socket');
const got = [];
socket.binaryType = 'arraybuffer';
socket.onopen = () => { socket.send('text'); socket.send(new Uint8Array([0, 255, 7])); };
socket.onmessage = ({ data }) => {
  got.push(typeof data === 'string' ? data : new Uint8Array(data).join());
  if (got.length === 2) socket.close(4001, 'done');
};
socket.onclose = ({ code, reason, wasClean }) =>
  fetch('/told', { method: 'POST', body: [...got, code, reason, wasClean].join(' ') });
</script>)";

class Chromium : public Tls {
 protected:
  void SetUp() override {
    Tls::SetUp();
    HEADGATE_NEEDS("chromium");
  }
  [[nodiscard]] Config by_http2(const Config& config) const {
    return secured(config)
        .with("/listeners/0/protocols", Value::of_json(R"(["h2", "http/1.1"])"))
        .with("/logging/access", true);
  }
  /// `more`: options.
  [[nodiscard]] std::vector<std::string> command(const ProxyUnderTest& proxy,
                                                 const std::vector<std::string>& more = {}) const {
    std::vector<std::string> out{"chromium",
                                 "--headless=new",
                                 "--no-sandbox",
                                 "--disable-gpu",
                                 "--disable-dev-shm-usage",
                                 "--no-first-run",
                                 "--disable-background-networking",
                                 "--user-data-dir=" + (folder_ / "profile"),
                                 "--ignore-certificate-errors"};
    out.insert(out.end(), more.begin(), more.end());
    out.push_back("https://" + proxy.address() + "/");
    return out;
  }
  /// The page as it is when it has nothing more to do.
  [[nodiscard]] Finished open(const ProxyUnderTest& proxy) const {
    return run(command(proxy, {"--virtual-time-budget=20000", "--dump-dom"}), {}, 90s);
  }
  /// What the page tells of its WebSocket; `line`: that of the WebSocket in the access log.
  [[nodiscard]] std::string open_socket(const std::string& protocols, LogRecord& line) const {
    FakeUpstream pages{[](const Request&) { return reply(200, socket_page, "Content-Type: text/html\r\n"); }};
    const ScriptOrigin sockets{{"node", peer("ws_origin.mjs")}};
    ProxyUnderTest proxy{
        by_http2(route_all_to(pages))
            .with("/listeners/0/protocols", Value::of_json(protocols))
            .with("/routes/1", Value::of_json(R"({ "match": { "path_prefix": "/socket" }, "upstream": "sockets" })"))
            .with("/upstreams/sockets/backends/0/url", sockets.url())};
    const ChildProcess browser{command(proxy)};
    std::string told;
    const bool in_time = wait_until(
        [&] {
          for (const Request& request : pages.requests())
            if (request.target == "/told") told = request.body;
          return !told.empty();
        },
        60s);
    EXPECT_TRUE(in_time) << browser.err();
    EXPECT_TRUE(wait_until([&] {
      for (const LogRecord& record : proxy.log("access_"))
        if (record["path"] == "/socket") line = record;
      return !line.line.empty();
    }));
    return told;
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

// It has a connection of HTTP/2 then, on which extended CONNECT is announced.
TEST_F(Chromium, OpensAWebSocketOnAStreamOfHttp2) {
  HEADGATE_SKIP_IF_MISSING(missing_ws());
  LogRecord line;

  EXPECT_EQ(open_socket(R"(["h2", "http/1.1"])", line), "text 0,255,7 4001 done true");

  EXPECT_EQ(line["protocol"], "HTTP/2.0");
  EXPECT_EQ(line["method"], "GET");
  EXPECT_EQ(line["status"], "200");
  EXPECT_EQ(line["tunnel"], "closed by client");
}

TEST_F(Chromium, OpensAWebSocketByUpgrade) {
  HEADGATE_SKIP_IF_MISSING(missing_ws());
  LogRecord line;

  EXPECT_EQ(open_socket(R"(["http/1.1"])", line), "text 0,255,7 4001 done true");

  EXPECT_EQ(line["protocol"], "HTTP/1.1");
  EXPECT_EQ(line["status"], "101");
}

}  // namespace
}  // namespace headgate::testing
