// Settings of TLS, from the configuration to what a client sees of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <string>

#include "support/tls_client.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Le;

class TlsSettings : public Tls {
 protected:
  /// A listener with that setting.
  [[nodiscard]] Config with(const std::string& setting, const std::string& value) const {
    return secured(saying("x")).with("/listeners/0/tls/" + setting, value);
  }
  /// What openssl says of the handshake; "" when there was none.
  [[nodiscard]] static std::string met(const ProxyUnderTest& proxy, const std::string& options) {
    const Finished finished = s_client(proxy, options);
    return finished.exit_code == 0 ? finished.out : "";
  }
};

TEST_F(TlsSettings, OfCiphersHold) {
  ProxyUnderTest proxy{with("ciphers", "ECDHE-ECDSA-AES256-GCM-SHA384")};

  EXPECT_THAT(met(proxy, "-tls1_2"), HasSubstr("Cipher is ECDHE-ECDSA-AES256-GCM-SHA384"));
  EXPECT_EQ(met(proxy, "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256"), "");
}

TEST_F(TlsSettings, OfCipherSuitesHold) {
  ProxyUnderTest proxy{with("cipher_suites", "TLS_CHACHA20_POLY1305_SHA256")};

  EXPECT_THAT(met(proxy, "-tls1_3"), HasSubstr("Cipher is TLS_CHACHA20_POLY1305_SHA256"));
  EXPECT_EQ(met(proxy, "-tls1_3 -ciphersuites TLS_AES_128_GCM_SHA256"), "");
  EXPECT_THAT(met(proxy, "-tls1_2"), HasSubstr("Cipher is ECDHE-ECDSA-")) << "of TLS 1.3 alone";
}

TEST_F(TlsSettings, OfGroupsHold) {
  ProxyUnderTest proxy{with("groups", "P-384")};

  EXPECT_THAT(met(proxy, ""), HasSubstr("Server Temp Key: ECDH, secp384r1"));
  EXPECT_EQ(met(proxy, "-groups X25519"), "");
}

TEST_F(TlsSettings, OfTheLeastVersionHold) {
  ProxyUnderTest proxy{with("min_version", "1.3")};

  EXPECT_THAT(met(proxy, ""), HasSubstr("New, TLSv1.3"));
  EXPECT_EQ(met(proxy, "-tls1_2"), "");
}

TEST_F(TlsSettings, AreMozillasIntermediateWhenNothingIsSaid) {
  ProxyUnderTest proxy{secured(saying("x"))};

  EXPECT_THAT(met(proxy, "-tls1_2 -cipher ECDHE-ECDSA-AES128-GCM-SHA256"), HasSubstr("ECDHE-ECDSA-AES128-GCM-SHA256"));
  EXPECT_EQ(met(proxy, "-tls1_2 -cipher AES128-GCM-SHA256:@SECLEVEL=0"), "") << "no forward secrecy";
  EXPECT_EQ(met(proxy, "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0"), "") << "no AEAD";
}

TEST_F(TlsSettings, AreNotNeededForRecordsThatBeginSmallAndGrow) {
  FakeUpstream upstream{reply(200, std::string(1'000'000, 'x'))};
  ProxyUnderTest proxy{secured(route_all_to(upstream))};
  TlsClient client{proxy.address()};

  ASSERT_EQ(client.get("/").body.size(), 1'000'000U);

  const std::vector<std::size_t>& records = client.records();
  const auto full = std::find(records.begin(), records.end(), 16'384U);
  ASSERT_NE(full, records.end());
  EXPECT_THAT(std::vector<std::size_t>(records.begin(), full), Each(Le(4'096U)))
      << "the first bytes wait for no record of many packets";
  EXPECT_LE(std::accumulate(records.begin(), full, std::size_t{0}), 80'000U);
  EXPECT_GE(std::count(full, records.end(), 16'384U), 40) << "most of the rest leaves in full ones";
}

}  // namespace
}  // namespace headgate::testing
