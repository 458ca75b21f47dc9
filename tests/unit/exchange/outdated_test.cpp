#include "exchange/outdated.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>
#include <vector>

namespace headgate::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Two listeners: the first by TLS behind a load balancer, asking for certificates, the second in plain text.
config::Settings two_listeners() {
  config::Settings settings;
  config::Listener& secured = settings.listeners.emplace_back();
  secured.address = {"127.0.0.1", 443, ""};
  secured.protocols = {config::Protocol::http2, config::Protocol::http1};
  secured.proxy_protocol = config::ProxyProtocol::optional;
  secured.tls.emplace().certificates.emplace_back().pem.certificates = "old";
  secured.tls->client_certificates.emplace().ca_pem = "ca";
  settings.listeners.emplace_back().address = {"127.0.0.1", 80, ""};
  settings.trusted_proxies = {"10.0.0.0/8"};
  return settings;
}

using Change = std::function<void(config::Settings&)>;
using Changes = std::vector<std::pair<const char*, Change>>;

Outdated outdated_by(const Change& change) {
  const config::Settings before = two_listeners();
  config::Settings now = before;
  change(now);
  return find_outdated(before, now);
}

TEST(Outdated, IsWhatBeganByOtherRulesThanItsListenerHasNow) {
  const auto tls = [](config::Settings& all) -> config::ListenerTls& { return *all.listeners[0].tls; };
  const Changes changes{
      {"plain text", [](auto& all) { all.listeners[0].tls.reset(); }},
      {"min_version", [=](auto& all) { tls(all).min_version = config::TlsVersion::tls_1_3; }},
      {"ciphers", [=](auto& all) { tls(all).ciphers = "x"; }},
      {"cipher_suites", [=](auto& all) { tls(all).cipher_suites = "x"; }},
      {"groups", [=](auto& all) { tls(all).groups = "x"; }},
      {"client_certificates", [=](auto& all) { tls(all).client_certificates.reset(); }},
      {"ca", [=](auto& all) { tls(all).client_certificates->ca_pem = "x"; }},
      {"crl", [=](auto& all) { tls(all).client_certificates->crl_pem = "x"; }},
      {"required", [=](auto& all) { tls(all).client_certificates->required = false; }},
      {"subject_header", [=](auto& all) { tls(all).client_certificates->subject_header = "X"; }},
      {"fingerprint_header", [=](auto& all) { tls(all).client_certificates->fingerprint_header = "X"; }},
      {"protocols", [](auto& all) { all.listeners[0].protocols.pop_back(); }},
      {"proxy_protocol", [](auto& all) { all.listeners[0].proxy_protocol = config::ProxyProtocol::off; }},
      {"whose PROXY headers are believed", [](auto& all) { all.trusted_proxies.pop_back(); }},
  };
  for (const auto& [name, change] : changes) {
    const Outdated outdated = outdated_by(change);
    EXPECT_THAT(outdated.listeners, ElementsAre("127.0.0.1:443")) << name;
    EXPECT_FALSE(outdated.http2) << name;
  }
}

TEST(Outdated, IsNothingWhenEachRequestOrTheNextHandshakeLooksItUp) {
  const Changes changes{
      {"nothing", [](auto&) {}},
      {"a renewed certificate", [](auto& all) { all.listeners[0].tls->certificates[0].pem.certificates = "new"; }},
      {"ticket_keys", [](auto& all) { all.listeners[0].tls->ticket_key_bytes = {"x"}; }},
      {"session_lifetime", [](auto& all) { all.listeners[0].tls->session_lifetime = {}; }},
      {"hsts", [](auto& all) { all.listeners[0].tls->hsts = "max-age=1"; }},
      {"https_redirect", [](auto& all) { all.listeners[1].https_redirect = true; }},
      {"a name", [](auto& all) { all.listeners[0].name = "x"; }},
      {"another order", [](auto& all) { std::swap(all.listeners[0], all.listeners[1]); }},
      {"a listener more",
       [](auto& all) {
         all.listeners.emplace_back().address = {"127.0.0.2", 80, ""};
       }},
      {"a listener less, which ends by itself", [](auto& all) { all.listeners.pop_back(); }},
      {"timeouts", [](auto& all) { all.timeouts.client_idle = {}; }},
  };
  for (const auto& [name, change] : changes) {
    const Outdated outdated = outdated_by(change);
    EXPECT_THAT(outdated.listeners, IsEmpty()) << name;
    EXPECT_FALSE(outdated.http2) << name;
  }
}

TEST(Outdated, IsAllOfHttp2WhenItsSettingsSayOtherwise) {
  for (const Change& change : {Change{[](auto& all) { all.http2.max_streams = 1; }},
                               Change{[](auto& all) { all.http2.header_table_bytes = 0; }},
                               Change{[](auto& all) { all.limits.head_bytes = 1; }}}) {
    const Outdated outdated = outdated_by(change);
    EXPECT_TRUE(outdated.http2);
    EXPECT_THAT(outdated.listeners, IsEmpty());
  }
}

}  // namespace
}  // namespace headgate::exchange
