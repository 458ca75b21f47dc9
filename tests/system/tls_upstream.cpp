// Backends of https: nginx, and peers that do not behave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "support/nginx.hpp"
#include "support/prerequisites.hpp"
#include "support/raw_client.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

class TlsUpstream : public Tls {
 protected:
  void SetUp() override {
    Tls::SetUp();
    HEADGATE_NEEDS("nginx");
    write_file(folder_ / "ca.pem", authority_.certificates);
    install(make_certificate({"backend.test"}, {.signer = &authority_}), "backend");
    install(make_certificate({}, {.common_name = "Headgate", .signer = &authority_}), "own");
  }
  [[nodiscard]] std::string speaking(const std::string& more = {}) const {
    return "ssl_certificate " + (folder_ / "backend.pem") + "; ssl_certificate_key " + (folder_ / "backend.key") +
           "; " + more;
  }
  [[nodiscard]] Config believing(const Nginx& nginx) const {
    return route_all_to({nginx.url()})
        .with("/upstreams/origin/tls/ca", folder_ / "ca.pem")
        .with("/upstreams/origin/tls/server_name", "backend.test");
  }
  const base::PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
};

TEST_F(TlsUpstream, IsServedFromByTls) {
  const Nginx nginx{"ssl", speaking()};
  ProxyUnderTest proxy{believing(nginx)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/small.txt").body, "small file\n");
  EXPECT_TRUE(client.get("/large.bin").body == std::string(3'000'000, 'L'));
  EXPECT_EQ(client.get("/tls").body, ". backend.test NONE");
}

TEST_F(TlsUpstream, ResumesItsSessions) {
  const Nginx nginx{"ssl", speaking()};
  ProxyUnderTest proxy{believing(nginx).with("/upstreams/origin/keep_alive/max_idle", 0)};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/tls").body, ". backend.test NONE");
  EXPECT_EQ(client.get("/tls").body, "r backend.test NONE");
}

TEST_F(TlsUpstream, ShowsItsOwnCertificate) {
  const Nginx nginx{"ssl", speaking("ssl_verify_client on; ssl_client_certificate " + (folder_ / "ca.pem") + ";")};
  ProxyUnderTest proxy{believing(nginx)
                           .with("/upstreams/origin/tls/certificate", folder_ / "own.pem")
                           .with("/upstreams/origin/tls/key", folder_ / "own.key")};

  EXPECT_EQ(RawClient{proxy.address()}.get("/tls").body, ". backend.test SUCCESS");
}

TEST_F(TlsUpstream, WithAnotherNameIsNotBelieved) {
  const Nginx nginx{"ssl", speaking()};
  ProxyUnderTest proxy{believing(nginx).with("/upstreams/origin/tls/server_name", "other.test")};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 502);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_CERTIFICATE_INVALID")["detail"], "hostname mismatch");
}

TEST_F(TlsUpstream, OfAnUnknownAuthorityIsNotBelieved) {
  const Nginx nginx{"ssl", speaking()};
  ProxyUnderTest proxy{believing(nginx).without("/upstreams/origin/tls/ca")};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 502);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_CERTIFICATE_INVALID")["detail"], "unable to get local issuer certificate");
}

TEST_F(TlsUpstream, IsBelievedAnythingWhenNothingIsVerified) {
  const Nginx nginx{"ssl", speaking()};
  ProxyUnderTest proxy{route_all_to({nginx.url()}).with("/upstreams/origin/tls/verify", false)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/small.txt").body, "small file\n");
}

TEST_F(TlsUpstream, IsProbedByTls) {
  const Nginx nginx{"ssl", speaking()};
  const Config config = believing(nginx)
                            .with("/upstreams/origin/health/active/path", "/small.txt")
                            .with("/upstreams/origin/health/active/interval", "100ms")
                            .with("/upstreams/origin/health/active/initial", "hold");
  ProxyUnderTest proxy{config};
  EXPECT_TRUE(wait_until([&] { return RawClient{proxy.address()}.get("/small.txt").status == 200; }));

  ASSERT_EQ(proxy.reload(config.with("/upstreams/origin/tls/server_name", "other.test")), "applied");

  EXPECT_THAT(proxy.wait_for_log("BACKEND_UNHEALTHY").line,
              HasSubstr("its certificate is not valid: hostname mismatch"));
}

TEST_F(TlsUpstream, OfAnOlderVersionThanIsWantedFails) {
  const Nginx nginx{"ssl", speaking("ssl_protocols TLSv1.2;")};
  ProxyUnderTest any{believing(nginx)};
  ProxyUnderTest strict{believing(nginx).with("/upstreams/origin/tls/min_version", "1.3")};

  EXPECT_EQ(RawClient{any.address()}.get("/small.txt").status, 200);
  EXPECT_EQ(RawClient{strict.address()}.get("/small.txt").status, 502);
  EXPECT_THAT(strict.wait_for_log("UPSTREAM_TLS_FAILED")["detail"], HasSubstr("protocol version"));
}

TEST_F(TlsUpstream, ThatSpeaksPlainTextFails) {
  const Nginx plain;
  ProxyUnderTest proxy{route_all_to({"https://" + plain.address()})};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 502);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_TLS_FAILED")["phase"], "connect");
}

TEST_F(TlsUpstream, ThatSaysNothingIsGivenUp) {
  const Socket silent = listen_on("127.0.0.1:0");
  ProxyUnderTest proxy{route_all_to({"https://" + local_address(silent)})
                           .with("/upstreams/origin/timeouts/connect", "100ms")
                           .with("/upstreams/origin/retry/attempts", 0)};

  EXPECT_EQ(RawClient{proxy.address()}.get("/").status, 504);
  EXPECT_EQ(proxy.wait_for_log("UPSTREAM_CONNECT_TIMEOUT")["detail"], "in the TLS handshake");
}

TEST_F(TlsUpstream, IsLeftByAClientInTheMiddleOfTheHandshake) {
  const Socket silent = listen_on("127.0.0.1:0");
  ProxyUnderTest proxy{
      route_all_to({"https://" + local_address(silent)}).with("/upstreams/origin/timeouts/connect", "20s")};
  {
    RawClient client{proxy.address()};
    client.send(RawClient::get_request("/"));
    const Socket accepted{::accept(silent.fd(), nullptr, nullptr)};
    client.reset();
  }

  EXPECT_EQ(proxy.wait_for_log("CLIENT_CLOSED")["client"], "127.0.0.1");
}

}  // namespace
}  // namespace headgate::testing
