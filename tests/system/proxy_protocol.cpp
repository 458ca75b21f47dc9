// The PROXY protocol with HAProxy, nginx and curl at the other end, and with bytes that nobody should send.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/haproxy.hpp"
#include "support/nginx.hpp"
#include "support/prerequisites.hpp"
#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"
#include "support/test_certificate.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Config receiving(const Config& config, const Value& mode, const std::string& trusted = "127.0.0.0/8") {
  return config.with("/listeners/0/proxy_protocol", mode)
      .with("/trusted_proxies/0", trusted)
      .with("/logging/access", true);
}

Reply whose(const Request& request) { return reply(200, request.field("x-forwarded-for")); }

const std::string line = "PROXY TCP4 192.0.2.7 198.51.100.2 1000 443\r\n";

TEST(ProxyProtocolIn, MakesTheAddressInItTheClients) {
  FakeUpstream upstream{FakeUpstream::Handler{whose}};
  ProxyUnderTest proxy{receiving(route_all_to(upstream), true)};
  RawClient client{proxy.address()};

  client.send_in_pieces(line);

  EXPECT_EQ(client.get("/").body, "192.0.2.7");
  EXPECT_EQ(client.get("/").body, "192.0.2.7");
  EXPECT_EQ(proxy.wait_for_access_log()["client"], "192.0.2.7");
}

TEST(ProxyProtocolIn, KeepsTheRealAddressOfAnUnknownConnection) {
  FakeUpstream upstream{FakeUpstream::Handler{whose}};
  ProxyUnderTest proxy{receiving(route_all_to(upstream), "required")};

  EXPECT_EQ(RawClient{proxy.address()}.ask("PROXY UNKNOWN\r\n" + RawClient::get_request("/")).body, "127.0.0.1");
}

TEST(ProxyProtocolIn, IsNotBelievedOfThePeerInTheHeader) {
  FakeUpstream upstream{FakeUpstream::Handler{whose}};
  ProxyUnderTest proxy{receiving(route_all_to(upstream), true)};

  const Response response =
      RawClient{proxy.address()}.ask(line + RawClient::get_request("/", "X-Forwarded-For: 203.0.113.1\r\n"));

  EXPECT_EQ(response.body, "192.0.2.7");
}

TEST(ProxyProtocolIn, IsOptionalWhereItIs) {
  FakeUpstream upstream{FakeUpstream::Handler{whose}};
  ProxyUnderTest proxy{receiving(route_all_to(upstream), "optional")};

  EXPECT_EQ(RawClient{proxy.address()}.ask(line + RawClient::get_request("/")).body, "192.0.2.7");
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "127.0.0.1");
}

/// A value of version 2 (type, length, value).
std::string tlv(char type, const std::string& value) {
  return std::string{type, '\0', static_cast<char>(value.size())} + value;
}

TEST(ProxyProtocolIn, TellsTheAccessLogWhatItsSenderKnows) {
  FakeUpstream upstream{FakeUpstream::Handler{whose}};
  ProxyUnderTest proxy{receiving(route_all_to(upstream), true)};
  const std::string values = tlv('\x01', "h2") + tlv('\x02', "shop.test") + tlv('\x05', "id-7");
  const std::string addresses{"\xC0\x00\x02\x07\xC6\x33\x64\x02\x03\xE8\x01\xBB", 12};
  const std::string header = std::string{"\r\n\r\n\0\r\nQUIT\n\x21\x11\0", 15} +
                             static_cast<char>(addresses.size() + values.size()) + addresses + values;

  EXPECT_EQ(RawClient{proxy.address()}.ask(header + RawClient::get_request("/")).body, "192.0.2.7");

  const LogRecord record = proxy.wait_for_access_log();
  EXPECT_EQ(record["proxy_alpn"], "h2");
  EXPECT_EQ(record["proxy_authority"], "shop.test");
  EXPECT_EQ(record["proxy_unique_id"], "id-7");
}

void expect_refused(const Config& config, const std::string& bytes, const std::string& cause) {
  ProxyUnderTest proxy{config};
  RawClient client{proxy.address()};

  client.send(bytes);

  EXPECT_TRUE(client.closes());
  EXPECT_EQ(proxy.wait_for_log(cause)["phase"], "accept");
  EXPECT_EQ(proxy.log_files("access_").size(), 0U);
}

TEST(ProxyProtocolIn, IsRefusedWithACause) {
  FakeUpstream upstream{reply(200)};
  const std::string request = RawClient::get_request("/");
  const Config config = route_all_to(upstream);

  expect_refused(receiving(config, true), request, "PROXY_HEADER_MISSING");
  expect_refused(receiving(config, true), "PROXY TCP4 1.2.3.4\r\n" + request, "PROXY_HEADER_BAD");
  expect_refused(receiving(config, true, "10.0.0.0/8"), "", "PROXY_HEADER_UNTRUSTED");
  expect_refused(receiving(config, "optional", "10.0.0.0/8"), line + request, "PROXY_HEADER_UNTRUSTED");
  expect_refused(receiving(config, true).with("/timeouts/client_proxy_header", "100ms"), "PROXY TC",
                 "PROXY_HEADER_TIMEOUT");
  EXPECT_EQ(upstream.request_count(), 0U);
}

TEST(ProxyProtocolIn, ComesBeforeTheHandshakeFromCurl) {
  HEADGATE_NEEDS("curl");
  FakeUpstream upstream{FakeUpstream::Handler{whose}};
  TemporaryFolder folder;
  const base::PemPair pem = make_certificate({"localhost"});
  replace_file(folder / "site.pem", pem.certificates);
  replace_file(folder / "site.key", pem.key);
  ProxyUnderTest proxy{receiving(route_all_to(upstream), true)
                           .with("/listeners/0/tls/certificates/0/certificate", folder / "site.pem")
                           .with("/listeners/0/tls/certificates/0/key", folder / "site.key")};

  const Finished finished =
      run({"curl", "-sS", "-k", "--max-time", "20", "--haproxy-protocol", "https://" + proxy.address() + "/"});

  EXPECT_EQ(finished.out, "127.0.0.1") << finished.err;
}

class WithHaproxy : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { HEADGATE_NEEDS("haproxy"); }
};

TEST_P(WithHaproxy, TakesItsHeaders) {
  FakeUpstream upstream{FakeUpstream::Handler{whose}};
  ProxyUnderTest proxy{receiving(route_all_to(upstream), true)};
  const std::string options =
      std::string{GetParam()} == "v1" ? " send-proxy" : " send-proxy-v2 proxy-v2-options crc32c,unique-id";
  // The address that HAProxy tells of its client is another one than its own: it takes it from a field.
  const Haproxy haproxy{"",
                        "  unique-id-format id-%rt\n  http-request set-src hdr(x-client)\n  default_backend b\n"
                        "backend b\n  server s " +
                            proxy.address() + options};
  RawClient client{haproxy.address()};

  EXPECT_EQ(client.get("/", "X-Client: 192.0.2.9\r\n").body, "192.0.2.9");
  const LogRecord record = proxy.wait_for_access_log();
  EXPECT_EQ(record["client"], "192.0.2.9");
  EXPECT_THAT(record["proxy_unique_id"], StartsWith(std::string{GetParam()} == "v1" ? "" : "id-"));
}

TEST_P(WithHaproxy, SendsItHeaders) {
  const Haproxy haproxy{"accept-proxy",
                        "  http-request return status 200 content-type text/plain lf-string \"%[src] %[dst_port]\""};
  ProxyUnderTest proxy{route_all_to({haproxy.url()}).with("/upstreams/origin/proxy_protocol", GetParam())};
  ConnectOptions from_elsewhere;
  from_elsewhere.source = "127.0.0.5";
  const std::string port = proxy.address().substr(proxy.address().rfind(':') + 1);
  RawClient client{proxy.address(), from_elsewhere};

  EXPECT_EQ(client.get("/").body, "127.0.0.5 " + port);
  EXPECT_EQ(client.get("/").body, "127.0.0.5 " + port);
  EXPECT_EQ(RawClient{proxy.address()}.get("/").body, "127.0.0.1 " + port);
}

TEST_P(WithHaproxy, PassesItsClientsOnToNginx) {
  HEADGATE_NEEDS("nginx");
  const Nginx nginx{"proxy_protocol"};
  ProxyUnderTest proxy{
      receiving(route_all_to({nginx.url()}), true).with("/upstreams/origin/proxy_protocol", GetParam())};
  const Haproxy haproxy{"", "  http-request set-src hdr(x-client)\n  default_backend b\nbackend b\n  server s " +
                                proxy.address() + " send-proxy-v2"};

  const Response response = RawClient{haproxy.address()}.get("/whose", "X-Client: 192.0.2.9\r\n");

  EXPECT_THAT(response.body, StartsWith("192.0.2.9 "));
}

INSTANTIATE_TEST_SUITE_P(ProxyProtocol, WithHaproxy, ::testing::Values("v1", "v2"),
                         [](const auto& given) { return std::string{given.param}; });

TEST(ProxyProtocolOut, SharesNoConnectionAmongClients) {
  FakeUpstream upstream{[](UpstreamConnection& connection) {
    const std::string header = connection.read_line();
    while (connection.next_request()) connection.send(reply(200, header));
  }};
  ProxyUnderTest proxy{route_all_to(upstream).with("/upstreams/origin/proxy_protocol", "v1")};
  RawClient anna{proxy.address()};
  RawClient bert{proxy.address()};

  const std::string to_anna = anna.get("/").body;
  const std::string to_bert = bert.get("/").body;

  EXPECT_THAT(to_anna, HasSubstr("PROXY TCP4 127.0.0.1 127.0.0.1 "));
  EXPECT_NE(to_anna, to_bert);
  EXPECT_EQ(anna.get("/").body, to_anna);
  EXPECT_EQ(upstream.accepted(), 2);
}

}  // namespace
}  // namespace headgate::testing
