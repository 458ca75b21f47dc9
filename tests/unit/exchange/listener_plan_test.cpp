#include "exchange/listener_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/test_certificate.hpp"

namespace headgate::exchange {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::make_certificate;

config::Listener by_tls(const std::string& port) {
  config::Listener listener;
  listener.address = {"127.0.0.1", static_cast<std::uint16_t>(std::stoi(port)), ""};
  listener.tls.emplace();
  config::CertificateFiles& files = listener.tls->certificates.emplace_back();
  files.certificate = "site.pem";
  files.pem = make_certificate({"a.test"});
  return listener;
}

config::ClientCertificates asked_for(const std::string& subject, const std::string& fingerprint) {
  config::ClientCertificates asked;
  asked.ca_pem = make_certificate({}).certificates;
  asked.subject_header = subject;
  asked.fingerprint_header = fingerprint;
  return asked;
}

TEST(ListenerPlan, WritesTheLinesThatAreWanted) {
  ListenerPlan plan;
  EXPECT_EQ(plan.certificate_lines({"CN=a", "ff"}), "");

  plan.subject_header = "X-Subject";
  EXPECT_EQ(plan.certificate_lines({"CN=a", "ff"}), "X-Subject: CN=a\r\n");

  plan.fingerprint_header = "X-Print";
  EXPECT_EQ(plan.certificate_lines({"CN=a", "ff"}), "X-Subject: CN=a\r\nX-Print: ff\r\n");
}

TEST(ListenerPlan, IsOfEveryListener) {
  config::Listener plain;
  plain.address = {"127.0.0.1", 80, ""};
  plain.https_redirect = true;
  plain.https_port = 8443;
  config::Listener secured = by_tls("443");
  secured.tls->hsts = "max-age=1";

  KeptTls kept;
  const ListenerPlans plans = plan_listeners({plain, secured}, kept);

  EXPECT_EQ(plans.at("127.0.0.1:80")->https_port, 8443);
  EXPECT_EQ(plans.at("127.0.0.1:80")->tls, nullptr);
  EXPECT_EQ(plans.at("127.0.0.1:443")->hsts, "max-age=1");
  EXPECT_NE(plans.at("127.0.0.1:443")->tls, nullptr);
}

TEST(ListenerPlan, KeepsTheTlsOfAListenerThatStaysAsItIs) {
  config::Listener listener = by_tls("443");
  listener.tls->client_certificates = asked_for("", "");
  KeptTls kept;
  const auto before = plan_listeners({listener}, kept).at("127.0.0.1:443")->tls;

  listener.name = "renamed";
  EXPECT_EQ(plan_listeners({listener}, kept).at("127.0.0.1:443")->tls, before);

  listener.tls->client_certificates->required = false;
  EXPECT_NE(plan_listeners({listener}, kept).at("127.0.0.1:443")->tls, before);
}

TEST(ListenerPlan, MakesTlsAnewForOtherTicketKeys) {
  config::Listener listener = by_tls("443");
  listener.tls->ticket_key_bytes = {std::string(80, 'a')};
  KeptTls kept;
  const auto before = plan_listeners({listener}, kept).at("127.0.0.1:443")->tls;

  listener.tls->ticket_key_bytes = {std::string(80, 'b')};

  EXPECT_NE(plan_listeners({listener}, kept).at("127.0.0.1:443")->tls, before);
}

TEST(ReservedFields, AreThoseOfAllListeners) {
  config::Listener plain;
  config::Listener first = by_tls("443");
  config::Listener second = by_tls("444");
  first.tls->client_certificates = asked_for("X-Subject", "");
  second.tls->client_certificates = asked_for("", "X-Print");

  EXPECT_THAT(reserved_fields({plain, first, second}), ElementsAre("x-subject", "x-print"));
  EXPECT_THAT(reserved_fields({plain}), IsEmpty());
}

class TlsClientPlan : public ::testing::Test {
 protected:
  TlsClientPlan() {
    upstreams_["a"].backends.push_back({{"a.test", 443, "", true}});
    upstreams_["b"].backends.push_back({{"b.test", 80, ""}});
  }
  KeptTls kept_;
  std::map<std::string, config::Upstream> upstreams_;
};

TEST_F(TlsClientPlan, IsForUpstreamsWithABackendOfHttps) {
  const auto clients = plan_tls_clients(upstreams_, kept_);

  ASSERT_EQ(clients.size(), 2U);
  EXPECT_NE(clients[0], nullptr);
  EXPECT_EQ(clients[1], nullptr);
}

TEST_F(TlsClientPlan, StaysOverAReloadThatLeavesItAlone) {
  const auto before = plan_tls_clients(upstreams_, kept_);

  EXPECT_EQ(plan_tls_clients(upstreams_, kept_)[0], before[0]);
  upstreams_["a"].tls.verify = false;
  EXPECT_NE(plan_tls_clients(upstreams_, kept_)[0], before[0]);
}

}  // namespace
}  // namespace headgate::exchange
