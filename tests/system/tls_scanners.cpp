// What those find who look for weak TLS: testssl.sh and sslscan, with default settings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "support/prerequisites.hpp"
#include "system/tls_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// A certificate of either kind, side by side.
class TlsScanners : public Tls {
 protected:
  void SetUp() override {
    Tls::SetUp();
    install(make_certificate({"a.test"}, {.key = CertificateWishes::Key::rsa}), "rsa");
    proxy_.emplace(secured(saying("here"))
                       .with("/listeners/0/tls/certificates/1/certificate", folder_ / "rsa.pem")
                       .with("/listeners/0/tls/certificates/1/key", folder_ / "rsa.key"));
  }
  [[nodiscard]] std::string port() const { return proxy_->address().substr(proxy_->address().rfind(':') + 1); }

  std::optional<ProxyUnderTest> proxy_;
};

/// What testssl.sh says of the test, not of Headgate.
const std::vector<std::string> of_the_test{
    "cert_chain_of_trust",  // the certificates have signed themselves
    "cert_revocation",      // and so nobody could revoke them
    "DNS_CAArecord",        // a.test is in no DNS
    "security_headers",     // backends know what their pages may do
};

bool is_of_the_test(const std::string& id) {
  return std::any_of(of_the_test.begin(), of_the_test.end(),
                     [&](const std::string& each) { return id.starts_with(each); });
}

/// Above "low".
std::vector<std::string> weaknesses(const std::string& findings) {
  std::vector<std::string> found;
  for (const auto& finding : nlohmann::json::parse(findings)) {
    const std::string severity = finding.at("severity");
    const std::string id = finding.at("id");
    if ((severity == "MEDIUM" || severity == "HIGH" || severity == "CRITICAL") && !is_of_the_test(id))
      found.push_back(severity + " " + id + ": " + std::string{finding.at("finding")});
  }
  return found;
}

/// Everything but the simulation of clients and the list of each single cipher, which take minutes.
TEST_F(TlsScanners, FindNothingAboveLow) {
  HEADGATE_NEEDS("testssl");
  const std::string file = folder_ / "findings.json";

  const Finished finished =
      run({"testssl", "--quiet", "--warnings", "off", "--color", "0", "--fast", "--ip", "127.0.0.1", "-p", "-f", "-s",
           "-S", "-P", "-h", "-U", "--jsonfile", file, "a.test:" + port()},
          {}, 110s);

  const std::string findings = read_file(file);
  EXPECT_THAT(weaknesses(findings), IsEmpty()) << finished.out;
  for (const char* looked_at : {"TLS1_3", "cipher_order", "heartbleed", "ROBOT", "secure_renego", "LUCKY13"})
    EXPECT_THAT(findings, HasSubstr('"' + std::string{looked_at} + '"')) << finished.out << finished.err;
}

TEST_F(TlsScanners, SeeNothingOldOrWeak) {
  HEADGATE_NEEDS("sslscan");

  const Finished finished = run({"sslscan", "--no-colour", "--sni-name=a.test", "--xml=-", "127.0.0.1:" + port()});

  EXPECT_THAT(finished.out, HasSubstr(R"(<protocol type="tls" version="1.3" enabled="1" />)"));
  for (const char* old :
       {R"("ssl" version="2")", R"("ssl" version="3")", R"("tls" version="1.0")", R"("tls" version="1.1")"})
    EXPECT_THAT(finished.out, HasSubstr(old + std::string{R"( enabled="0" />)"}));
  for (const char* weak :
       {R"(strength="weak")", R"(strength="null")", R"(strength="anonymous")", R"(strength="medium")",
        R"(vulnerable="1")", R"(renegotiation supported="1")", R"(compression supported="1")"})
    EXPECT_THAT(finished.out, Not(HasSubstr(weak)));
}

}  // namespace
}  // namespace headgate::testing
