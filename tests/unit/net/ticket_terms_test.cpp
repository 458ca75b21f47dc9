#include "net/ticket_terms.hpp"

#include <gtest/gtest.h>

#include "base/wall_clock.hpp"
#include "net/tls_client.hpp"
#include "net/tls_server.hpp"
#include "support/test_certificate.hpp"
#include "support/tls_meeting.hpp"
#include "support/waiting.hpp"

namespace headgate::net {
namespace {

using testing::make_certificate;
using testing::wait_until;
using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds now{1'800'000'000s};

TEST(TicketTerms, BoundASessionFromItsFullHandshakeOn) {
  EXPECT_TRUE(may_resume({now, {}}, 1h, now));
  EXPECT_TRUE(may_resume({now - 1h + 1s, {}}, 1h, now));
  EXPECT_FALSE(may_resume({now - 1h, {}}, 1h, now));
}

TEST(TicketTerms, AreNotStretchedByAClockThatIsSet) {
  EXPECT_TRUE(may_resume({now + 10s, {}}, 1h, now)) << "of an instance whose clock goes before";
  EXPECT_FALSE(may_resume({now + 1h, {}}, 1h, now));
}

TEST(TicketTerms, EndWithTheCertificateOfTheClient) {
  EXPECT_TRUE(may_resume({now, now}, 1h, now));
  EXPECT_FALSE(may_resume({now, now - 1s}, 1h, now));
}

TEST(TicketTerms, OfATicketWithoutThemAreOver) { EXPECT_FALSE(may_resume({{}, now + 1h}, 1h, now)); }

/// A client that keeps resuming its session, in either version.
class ResumedSession : public ::testing::TestWithParam<int> {
 protected:
  enum class Outcome : std::uint8_t { failed, full, resumed };
  Outcome connect(const TlsServer& server) {
    const base::SslPtr asking = client_.session("a.test", &slot_);
    SSL_set_max_proto_version(asking.get(), GetParam());
    const base::SslPtr accepted = server.session();
    const bool met = testing::meet(asking.get(), accepted.get());
    SSL_shutdown(asking.get());  // a session of a connection that was lost is not resumed
    if (!met) return Outcome::failed;
    return SSL_session_reused(accepted.get()) != 0 ? Outcome::resumed : Outcome::full;
  }
  /// At some time: OpenSSL looks at a clock that is some milliseconds behind ours.
  bool comes_to(Outcome outcome, const TlsServer& server) {
    return wait_until([&] { return connect(server) == outcome; });
  }
  const base::PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
  const base::PemPair site_ = make_certificate({"a.test"}, {.signer = &authority_});
  [[nodiscard]] TlsClient showing_for(std::chrono::seconds lifetime) const {
    return TlsClient{{.ca_pem = authority_.certificates,
                      .certificate = make_certificate(
                          {"client"}, {.ends = lifetime, .common_name = "client", .signer = &authority_})}};
  }
  TlsClient client_ = showing_for(1h);
  TlsSessionSlot slot_;
};

TEST_P(ResumedSession, EndsWithItsLifetimeHoweverOftenItIsResumed) {
  const TlsServer server{{.certificates = {site_}, .session_lifetime = 2s}};
  ASSERT_EQ(connect(server), Outcome::full);
  ASSERT_EQ(connect(server), Outcome::resumed);

  EXPECT_TRUE(comes_to(Outcome::full, server));
}

TEST_P(ResumedSession, EndsWithTheCertificateOfTheClient) {
  client_ = showing_for(3s);
  const TlsServer server{
      {.certificates = {site_}, .client_verification = ClientVerification{authority_.certificates, true}}};
  ASSERT_EQ(connect(server), Outcome::full);
  ASSERT_EQ(connect(server), Outcome::resumed);

  EXPECT_TRUE(comes_to(Outcome::failed, server)) << "it has expired";
}

TEST_P(ResumedSession, EndsWithTheRevocationListOfClients) {
  const std::string list = testing::make_revocation_list(authority_, {}, 3s);
  const TlsServer server{
      {.certificates = {site_}, .client_verification = ClientVerification{authority_.certificates, true, list}}};
  ASSERT_EQ(connect(server), Outcome::full);
  ASSERT_EQ(connect(server), Outcome::resumed);

  EXPECT_TRUE(comes_to(Outcome::failed, server)) << "nobody can say that the certificate is still good";
}

/// Both servers have the same text, and only one of them looks at the list in it.
TEST_P(ResumedSession, EndsWhereTheListCountsThatDidNotCountBefore) {
  const auto keys = std::make_shared<TicketKeys>();
  const std::string list = testing::make_revocation_list(authority_, {});
  const std::string& ca = authority_.certificates;
  const TlsServer without{{.certificates = {site_}, .client_verification = ClientVerification{ca + list, true}}, keys};
  const TlsServer with{{.certificates = {site_}, .client_verification = ClientVerification{ca, true, list}}, keys};
  ASSERT_EQ(connect(without), Outcome::full);
  ASSERT_EQ(connect(without), Outcome::resumed);

  EXPECT_EQ(connect(with), Outcome::full);
}

TEST_P(ResumedSession, EndsWithTheCertificateOfTheServer) {
  const TlsServer server{{.certificates = {make_certificate({"a.test"}, {.ends = 3s, .signer = &authority_})}}};
  ASSERT_EQ(connect(server), Outcome::full);
  ASSERT_EQ(connect(server), Outcome::resumed);

  EXPECT_TRUE(comes_to(Outcome::failed, server)) << "it has expired";
}

TEST_P(ResumedSession, EndsWithTheRevocationListOfServers) {
  const TlsServer server{{.certificates = {site_}}};
  client_ =
      TlsClient{{.ca_pem = authority_.certificates, .crl_pem = testing::make_revocation_list(authority_, {}, 3s)}};
  ASSERT_EQ(connect(server), Outcome::full);
  ASSERT_EQ(connect(server), Outcome::resumed);

  EXPECT_TRUE(comes_to(Outcome::failed, server)) << "nobody can say that the certificate is still good";
}

TEST_P(ResumedSession, IsVerifiedAnewByTheClientAfterADay) {
  const TlsServer server{{.certificates = {site_}}};
  const auto began = base::wall_clock_seconds();
  ASSERT_EQ(connect(server), Outcome::full);
  EXPECT_GE(slot_.until(), began + 24h);
  EXPECT_LT(slot_.until(), began + 24h + testing::patience);
  const auto let_it_hold = [&](std::chrono::sys_seconds until) {
    SSL_SESSION_up_ref(slot_.get());
    slot_.put(base::TlsSessionPtr{slot_.get()}, slot_.peer(), until);
  };

  let_it_hold(began + 1h);
  EXPECT_EQ(connect(server), Outcome::resumed);
  EXPECT_EQ(slot_.until(), began + 1h) << "what comes of it holds no longer";
  let_it_hold(began);
  EXPECT_EQ(connect(server), Outcome::full);
}

INSTANTIATE_TEST_SUITE_P(Of, ResumedSession, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

}  // namespace
}  // namespace headgate::net
