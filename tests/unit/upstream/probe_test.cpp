// Probes over real sockets.
#include "upstream/probe.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <exception>
#include <string>

#include "support/fake_upstream.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::upstream {
namespace {

using testing::FakeUpstream;
using testing::reply;
using namespace std::chrono_literals;

Endpoint endpoint_of(const std::string& address) {
  if (address.starts_with("unix:")) return {"", 0, address.substr(5)};
  const auto colon = address.rfind(':');
  return {address.substr(0, colon), static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1))), ""};
}

config::ActiveHealth http_rules() {
  config::ActiveHealth rules;
  rules.path = "/healthz";
  rules.host = "app.example";
  return rules;
}

ProbeReport probe(const Endpoint& endpoint, const config::ActiveHealth& rules,
                  std::vector<net::SocketAddress> addresses,
                  base::ProxyVersion proxy_protocol = base::ProxyVersion::none) {
  boost::asio::io_context context{1};
  std::optional<ProbeReport> report;
  boost::asio::co_spawn(context, send_probe(endpoint, rules, std::move(addresses), {}, proxy_protocol),
                        [&](const std::exception_ptr& failure, std::optional<ProbeReport> result) {
                          if (failure) std::rethrow_exception(failure);
                          report = std::move(result);
                        });
  context.run_for(testing::patience);
  return report.value();
}

ProbeReport probe(const std::string& address, const config::ActiveHealth& rules) {
  const Endpoint endpoint = endpoint_of(address);
  return probe(endpoint, rules, net::resolve(endpoint).value());
}

TEST(Probe, SendsTheRequestThatTheConfigurationDescribes) {
  FakeUpstream upstream{reply(200, "ok")};

  const ProbeReport report = probe(upstream.address(), http_rules());

  EXPECT_TRUE(report.success) << report.error;
  EXPECT_EQ(report.status, 200);
  EXPECT_GE(report.latency_us, 0);
  EXPECT_EQ(report.probe, "GET http://" + upstream.address() + "/healthz");
  const auto request = upstream.last_request();
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/healthz");
  EXPECT_EQ(request.field("host"), "app.example");
  EXPECT_EQ(request.field("connection"), "close");
}

TEST(Probe, BeginsWithAHeaderThatSaysThatItIsOurs) {
  FakeUpstream upstream{FakeUpstream::Script{[](testing::UpstreamConnection& connection) {
    EXPECT_EQ(connection.read_until("\r\n"), "PROXY UNKNOWN\r\n");
    connection.receive();
    connection.send(reply(200));
  }}};
  const Endpoint endpoint = endpoint_of(upstream.address());

  const ProbeReport report = probe(endpoint, http_rules(), net::resolve(endpoint).value(), base::ProxyVersion::v1);

  EXPECT_TRUE(report.success) << report.error;
}

TEST(Probe, FailsOnAStatusThatIsNotExpected) {
  FakeUpstream upstream{reply(503)};

  const ProbeReport report = probe(upstream.address(), http_rules());

  EXPECT_FALSE(report.success);
  EXPECT_EQ(report.status, 503);
  EXPECT_EQ(report.error, "status 503 is not expected");
}

TEST(Probe, FindsTheExpectedTextAnywhereInTheBody) {
  FakeUpstream upstream{reply(200, "{\"state\": \"ready\"}")};
  config::ActiveHealth rules = http_rules();

  rules.expect_body = "\"ready\"";
  EXPECT_TRUE(probe(upstream.address(), rules).success);
  rules.expect_body = "\"steady\"";
  EXPECT_EQ(probe(upstream.address(), rules).error, "the body does not contain \"\"steady\"\"");
}

TEST(Probe, FindsATextThatComesInPieces) {
  FakeUpstream upstream{FakeUpstream::Script{[](testing::UpstreamConnection& connection) {
    connection.receive();
    connection.send_in_pieces("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nrea\r\n2\r\ndy\r\n0\r\n\r\n",
                              1);
  }}};
  config::ActiveHealth rules = http_rules();
  rules.expect_body = "ready";

  EXPECT_TRUE(probe(upstream.address(), rules).success);
}

TEST(Probe, LooksNoFurtherThan64KiBIntoTheBody) {
  FakeUpstream upstream{reply(200, std::string(64 * 1024 - 2, '.') + "ready" + std::string(200'000, '.'))};
  config::ActiveHealth rules = http_rules();
  rules.expect_body = "ready";

  EXPECT_FALSE(probe(upstream.address(), rules).success);
}

// Regression: chunk extensions and trailers without end filled the memory.
TEST(Probe, ReadsNoFurtherThanItsBoundWhateverStandsBetweenTheChunks) {
  for (const std::string& piece : {"1;" + std::string(60'000, 'x') + "\r\n.\r\n", "1;" + std::string(60'000, 'x')}) {
    FakeUpstream upstream{[&](testing::UpstreamConnection& connection) {
      connection.receive();
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (int i = 0; i < 1000; ++i) connection.send(piece);
    }};
    config::ActiveHealth rules = http_rules();
    rules.expect_body = "ready";
    rules.timeout = std::chrono::seconds{20};

    EXPECT_EQ(probe(upstream.address(), rules).error, "the body does not contain \"ready\"");
  }
}

TEST(Probe, ReadsOnAfterInterimResponses) {
  FakeUpstream upstream{
      testing::raw_reply("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"
                         "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")};
  config::ActiveHealth rules = http_rules();
  rules.expect_body = "hello";

  const ProbeReport report = probe(upstream.address(), rules);

  EXPECT_TRUE(report.success) << report.error;
  EXPECT_EQ(report.status, 200);
}

TEST(Probe, TakesNoEndlessRowOfInterimResponses) {
  std::string hints;
  for (int i = 0; i < 100; ++i) hints += "HTTP/1.1 103 Early Hints\r\n\r\n";
  FakeUpstream upstream{testing::raw_reply(hints, testing::After::keep)};

  EXPECT_EQ(probe(upstream.address(), http_rules()).error, "status 103 is not expected");
}

TEST(Probe, AHeadRequestHasNoBodyToWaitFor) {
  FakeUpstream upstream{testing::raw_reply("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", testing::After::keep)};
  config::ActiveHealth rules = http_rules();
  rules.method = "HEAD";

  EXPECT_TRUE(probe(upstream.address(), rules).success);
}

TEST(Probe, TellsWhyItCouldNotConnect) {
  std::string address;
  {
    FakeUpstream upstream{reply(200)};
    address = upstream.address();
  }

  const ProbeReport report = probe(address, http_rules());

  EXPECT_FALSE(report.success);
  EXPECT_EQ(report.os_error, ECONNREFUSED);
  EXPECT_EQ(report.error, "Connection refused");
  EXPECT_EQ(report.status, 0);
}

TEST(Probe, EndsWithItsTimeout) {
  FakeUpstream upstream{FakeUpstream::Script{[](testing::UpstreamConnection& connection) {
    connection.receive();
    connection.read_until_close();
  }}};
  config::ActiveHealth rules = http_rules();
  rules.timeout = 50ms;

  const ProbeReport report = probe(upstream.address(), rules);

  EXPECT_FALSE(report.success);
  EXPECT_EQ(report.error, "no answer within 50 ms");
  EXPECT_GE(report.latency_us, 50'000);
}

TEST(Probe, EndsWithItsTimeoutWhenTheBackendTakesNoConnection) {
  testing::FullBacklog backlog;
  config::ActiveHealth rules = http_rules();
  rules.timeout = 50ms;

  EXPECT_EQ(probe(backlog.address(), rules).error, "no answer within 50 ms");
}

TEST(Probe, FailsOnBytesThatAreNoResponse) {
  FakeUpstream upstream{testing::raw_reply("SSH-2.0-OpenSSH\r\n")};

  const ProbeReport report = probe(upstream.address(), http_rules());

  EXPECT_FALSE(report.success);
  EXPECT_FALSE(report.error.empty());
}

TEST(Probe, OfTypeTcpOnlyConnects) {
  FakeUpstream upstream{FakeUpstream::Script{
      [](testing::UpstreamConnection& connection) { EXPECT_EQ(connection.read_until_close(), ""); }}};
  config::ActiveHealth rules;
  rules.type = config::ProbeType::tcp;

  const ProbeReport report = probe(upstream.address(), rules);

  EXPECT_TRUE(report.success);
  EXPECT_EQ(report.probe, "tcp " + upstream.address());
}

TEST(Probe, ReachesAUnixSocket) {
  testing::TemporaryFolder folder;
  FakeUpstream upstream{reply(200), "unix:" + folder / "app.sock"};

  EXPECT_TRUE(probe(upstream.address(), http_rules()).success);
}

TEST(Probe, TriesEachAddressOfAName) {
  FakeUpstream upstream{reply(200)};
  const Endpoint endpoint = endpoint_of(upstream.address());
  auto addresses = net::resolve(endpoint).value();
  addresses.insert(addresses.begin(), *net::SocketAddress::unix_path("/nobody/listens/here"));

  EXPECT_TRUE(probe(endpoint, http_rules(), addresses).success);
}

TEST(Probe, FailsForANameWithoutAnAddress) {
  EXPECT_EQ(probe({"app", 80, ""}, http_rules(), {}).error, "its name has no address");
}

}  // namespace
}  // namespace headgate::upstream
