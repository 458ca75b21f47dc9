#include "net/tls_client.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "base/certificate.hpp"
#include "net/tls_server.hpp"
#include "support/test_certificate.hpp"
#include "support/tls_meeting.hpp"

namespace headgate::net {
namespace {

using testing::make_certificate;
using testing::make_ocsp_response;
using namespace std::chrono_literals;

/// Servers whose certificates one authority has signed, and clients that believe it.
class TlsClientTest : public ::testing::Test {
 protected:
  [[nodiscard]] base::PemPair signed_for(const std::vector<std::string>& names) const {
    return make_certificate(names, {.common_name = names.empty() ? "nobody" : names.front(), .signer = &authority_});
  }
  [[nodiscard]] TlsClient believer() const { return TlsClient{{.ca_pem = authority_.certificates}}; }
  /// Whether the client takes that server for the one of that name.
  static bool takes(const TlsClient& client, const TlsServer& server, const std::string& name) {
    const base::SslPtr asking = client.session(name, nullptr);
    const base::SslPtr asked = server.session();
    return testing::meet(asking.get(), asked.get());
  }

  const base::PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
  const TlsServer server_{{.certificates = {signed_for({"a.test", "IP:192.0.2.1"})}}};
};

TEST_F(TlsClientTest, TakesTheServerThatTheCertificateNames) {
  EXPECT_TRUE(takes(believer(), server_, "a.test"));
  EXPECT_TRUE(takes(believer(), server_, "192.0.2.1"));
}

TEST_F(TlsClientTest, RefusesACertificateOfAnotherName) {
  EXPECT_FALSE(takes(believer(), server_, "b.test"));
  EXPECT_FALSE(takes(believer(), server_, "192.0.2.2"));
}

TEST_F(TlsClientTest, AsksNobodyWhenTheNameCannotBeExpected) {
  const TlsClient client = believer();

  EXPECT_THROW((void)client.session(std::string{"b.test\0x", 8}, nullptr), std::runtime_error);
}

TEST_F(TlsClientTest, RefusesACertificateThatNobodyItBelievesHasSigned) {
  const TlsServer own{{.certificates = {make_certificate({"a.test"})}}};

  EXPECT_FALSE(takes(believer(), own, "a.test"));
  EXPECT_FALSE(takes(TlsClient{{}}, server_, "a.test")) << "the system does not know the authority";
}

TEST_F(TlsClientTest, RefusesACertificateThatHasExpired) {
  const auto expired = make_certificate({"a.test"}, {.begins = -2h, .ends = -1h, .signer = &authority_});

  EXPECT_FALSE(takes(believer(), TlsServer{{.certificates = {expired}}}, "a.test"));
}

TEST_F(TlsClientTest, TakesACertificateThatWasGivenToItAsItIs) {
  const base::PemPair own = make_certificate({"a.test"});

  EXPECT_TRUE(takes(TlsClient{{.ca_pem = own.certificates}}, TlsServer{{.certificates = {own}}}, "a.test"));
}

TEST_F(TlsClientTest, TakesEveryServerWhenItDoesNotVerify) {
  EXPECT_TRUE(takes(TlsClient{{.verify = false}}, server_, "b.test"));
}

TEST_F(TlsClientTest, ResumesTheLastSession) {
  const TlsClient client = believer();
  TlsSessionSlot slot;
  const auto resumes = [&] {
    const base::SslPtr asking = client.session("a.test", &slot);
    const base::SslPtr asked = server_.session();
    EXPECT_TRUE(testing::meet(asking.get(), asked.get()));
    SSL_shutdown(asking.get());  // a session of a connection that was lost is not resumed
    return SSL_session_reused(asking.get()) != 0;
  };

  EXPECT_FALSE(resumes());
  EXPECT_TRUE(resumes());
  EXPECT_TRUE(resumes());
  slot.change_peer();
  EXPECT_FALSE(resumes());
  EXPECT_TRUE(resumes());
}

TEST_F(TlsClientTest, ResumesNoSessionThatComesLateFromAPeerThatWasBelievedOtherwise) {
  const TlsServer impostor{{.certificates = {make_certificate({"a.test"})}}};
  const TlsClient believer_of_all{{.verify = false}};
  TlsSessionSlot slot;
  const base::SslPtr asking = believer_of_all.session("a.test", &slot);
  const base::SslPtr asked = impostor.session();

  slot.change_peer();
  ASSERT_TRUE(testing::meet(asking.get(), asked.get()));

  EXPECT_EQ(slot.get(), nullptr);
}

TEST_F(TlsClientTest, SaysInWordsWhatItCannotUse) {
  EXPECT_THROW(TlsClient{{.ca_pem = "nonsense"}}, std::runtime_error);
  EXPECT_THROW((TlsClient{{.certificate = base::PemPair{authority_.certificates, "nonsense"}}}), std::runtime_error);
}

class ClientVerificationTest : public TlsClientTest {
 protected:
  [[nodiscard]] TlsServer asking(bool required) const {
    return TlsServer{{.certificates = {signed_for({"a.test"})},
                      .client_verification = ClientVerification{authority_.certificates, required}}};
  }
  [[nodiscard]] TlsClient showing(const base::PemPair& own) const {
    return TlsClient{{.ca_pem = authority_.certificates, .certificate = own}};
  }
};

TEST_F(ClientVerificationTest, LetsInWhoShowsACertificateOfTheAuthority) {
  const TlsServer server = asking(true);
  const base::SslPtr client = showing(signed_for({"client"})).session("a.test", nullptr);
  const base::SslPtr accepted = server.session();

  ASSERT_TRUE(testing::meet(client.get(), accepted.get()));
  EXPECT_EQ(base::describe(SSL_get0_peer_certificate(accepted.get())).subject, "CN=client");
}

TEST_F(ClientVerificationTest, KeepsOutWhoShowsNoneWhenOneIsRequired) {
  EXPECT_FALSE(takes(believer(), asking(true), "a.test"));
  EXPECT_TRUE(takes(believer(), asking(false), "a.test"));
}

TEST_F(ClientVerificationTest, KeepsOutWhoShowsOneOfSomebodyElse) {
  const TlsClient stranger = showing(make_certificate({"client"}));

  EXPECT_FALSE(takes(stranger, asking(true), "a.test"));
  EXPECT_FALSE(takes(stranger, asking(false), "a.test"));
}

TEST_F(ClientVerificationTest, KnowsTheClientOfAResumedSession) {
  const TlsServer server = asking(true);
  const TlsClient client = showing(signed_for({"client"}));
  TlsSessionSlot slot;
  for (const bool resumed : {false, true}) {
    const base::SslPtr asking = client.session("a.test", &slot);
    const base::SslPtr accepted = server.session();
    ASSERT_TRUE(testing::meet(asking.get(), accepted.get()));
    SSL_shutdown(asking.get());
    EXPECT_EQ(SSL_session_reused(accepted.get()) != 0, resumed);
    EXPECT_EQ(base::describe(SSL_get0_peer_certificate(accepted.get())).subject, "CN=client");
  }
}

TEST_F(ClientVerificationTest, ResumesNoSessionOfAListenerThatAsksForLess) {
  const auto keys = std::make_shared<TicketKeys>();
  const TlsServer open{{.certificates = {signed_for({"a.test"})}}, keys};
  const TlsServer strict{{.certificates = {signed_for({"a.test"})},
                          .client_verification = ClientVerification{authority_.certificates, true}},
                         keys};
  const TlsClient client = believer();
  TlsSessionSlot slot;
  const base::SslPtr first = client.session("a.test", &slot);
  const base::SslPtr first_accepted = open.session();
  ASSERT_TRUE(testing::meet(first.get(), first_accepted.get()));
  ASSERT_NE(slot.get(), nullptr);

  const base::SslPtr second = client.session("a.test", &slot);
  const base::SslPtr accepted = strict.session();

  EXPECT_FALSE(testing::meet(second.get(), accepted.get()) && SSL_session_reused(accepted.get()) != 0);
}

class Tickets : public TlsClientTest {
 protected:
  /// Whether a session with the first is resumed by the second.
  bool resumes(const TlsServer& first, const TlsServer& second) {
    const TlsClient client = believer();
    TlsSessionSlot slot;
    const base::SslPtr before = client.session("a.test", &slot);
    const base::SslPtr before_accepted = first.session();
    EXPECT_TRUE(testing::meet(before.get(), before_accepted.get()));
    const base::SslPtr after = client.session("a.test", &slot);
    const base::SslPtr after_accepted = second.session();
    EXPECT_TRUE(testing::meet(after.get(), after_accepted.get()));
    return SSL_session_reused(after.get()) != 0;
  }
  const TlsServerOptions options_{.certificates = {signed_for({"a.test"})}};
};

TEST_F(Tickets, OfOneServerAreTakenByAnotherWithTheSameKeys) {
  const auto keys = std::make_shared<TicketKeys>();

  EXPECT_TRUE(resumes(TlsServer{options_, keys}, TlsServer{options_, keys}));
  EXPECT_FALSE(resumes(TlsServer{options_}, TlsServer{options_})) << "each has keys of its own";
}

TEST_F(Tickets, SealedWithAnOlderKeyAreStillTaken) {
  const TicketKey old = TicketKey::random();
  const auto before = std::make_shared<TicketKeys>(std::vector{old});
  const auto after = std::make_shared<TicketKeys>(std::vector{TicketKey::random(), old});

  EXPECT_TRUE(resumes(TlsServer{options_, before}, TlsServer{options_, after}));
}

TEST_F(Tickets, AreNotGivenWhenSessionsHaveNoLifetime) {
  TlsServerOptions none = options_;
  none.session_lifetime = 0s;
  const TlsServer server{none};

  EXPECT_FALSE(resumes(server, server));
}

TEST_F(TlsClientTest, GetsTheStapleThatIsValid) {
  const auto staple_of = [&](std::chrono::seconds valid_for, bool good = true) {
    base::PemPair site = signed_for({"a.test"});
    site.ocsp_response = make_ocsp_response(site, authority_, good, valid_for);
    const TlsServer server{{.certificates = {site}}};
    const base::SslPtr client = believer().session("a.test", nullptr);
    SSL_set_tlsext_status_type(client.get(), TLSEXT_STATUSTYPE_ocsp);
    const base::SslPtr accepted = server.session();
    EXPECT_TRUE(testing::meet(client.get(), accepted.get()));
    const unsigned char* staple = nullptr;
    return SSL_get_tlsext_status_ocsp_resp(client.get(), &staple) > 0;
  };

  EXPECT_TRUE(staple_of(2h));
  EXPECT_FALSE(staple_of(-1s)) << "it is too old";
  EXPECT_FALSE(staple_of(2h, false)) << "it says that the certificate was revoked";
}

}  // namespace
}  // namespace headgate::net
