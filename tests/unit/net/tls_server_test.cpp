#include "net/tls_server.hpp"

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <optional>
#include <string>

#include "support/test_certificate.hpp"
#include "support/tls_meeting.hpp"

namespace headgate::net {
namespace {

using testing::make_certificate;
using Key = testing::CertificateWishes::Key;

struct ClientWishes {
  std::string host = {};        ///< SNI; empty: none
  std::string signatures = {};  ///< OpenSSL's list; empty: all
  std::string protocols = {};   ///< ALPN, as it is written on the wire
  int max_version = TLS1_3_VERSION;
  const base::PemPair* certificate = nullptr;  ///< null: none
};

struct Met {
  base::CertificatePtr certificate;
  std::string protocol;
  std::string version;
};

/// A handshake in memory; nullopt: it failed.
std::optional<Met> meet(const TlsServer& server, const ClientWishes& wishes = {}) {
  const base::SslContextPtr context{SSL_CTX_new(TLS_client_method())};
  SSL_CTX_set_max_proto_version(context.get(), wishes.max_version);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
  if (wishes.certificate != nullptr) base::Certificate{*wishes.certificate}.use_in(context.get());
  if (!wishes.signatures.empty()) SSL_CTX_set1_sigalgs_list(context.get(), wishes.signatures.c_str());
  const base::SslPtr client{SSL_new(context.get())};
  if (!wishes.host.empty()) SSL_set_tlsext_host_name(client.get(), wishes.host.c_str());
  if (!wishes.protocols.empty())
    SSL_set_alpn_protos(client.get(), reinterpret_cast<const unsigned char*>(wishes.protocols.data()),
                        static_cast<unsigned>(wishes.protocols.size()));
  SSL_set_connect_state(client.get());
  const base::SslPtr accepted = server.session();
  if (!testing::meet(client.get(), accepted.get())) return std::nullopt;
  const unsigned char* protocol = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(client.get(), &protocol, &size);
  return Met{base::CertificatePtr{SSL_get1_peer_certificate(client.get())},
             {reinterpret_cast<const char*>(protocol), size},
             SSL_get_version(client.get())};
}

bool is_for(const std::optional<Met>& met, const char* host) {
  return met && X509_check_host(met->certificate.get(), host, 0, 0, nullptr) == 1;
}

TEST(TlsServer, ChoosesTheCertificateByTheHostThatIsAskedFor) {
  const TlsServer server{{.certificates = {make_certificate({"a.test"}), make_certificate({"b.test", "c.test"}),
                                           make_certificate({"*.wild.test"})}}};

  EXPECT_TRUE(is_for(meet(server, {.host = "a.test"}), "a.test"));
  EXPECT_TRUE(is_for(meet(server, {.host = "C.Test"}), "c.test"));
  EXPECT_TRUE(is_for(meet(server, {.host = "x.wild.test"}), "x.wild.test"));
}

TEST(TlsServer, VerifiesClientsAlikeWhateverNameTheyAskFor) {
  const base::PemPair authority = make_certificate({}, {.common_name = "Authority"});
  const base::PemPair alice = make_certificate({}, {.common_name = "Alice", .signer = &authority});
  const base::PemPair bob = make_certificate({}, {.common_name = "Bob", .signer = &authority});
  const base::PemPair mallory = make_certificate({}, {.common_name = "Mallory"});
  const TlsServer server{{.certificates = {make_certificate({"a.test"}), make_certificate({"b.test"})},
                          .client_verification = ClientVerification{authority.certificates, true,
                                                                    testing::make_revocation_list(authority, {bob})}}};

  for (const char* host : {"a.test", "b.test"}) {
    EXPECT_TRUE(meet(server, {.host = host, .certificate = &alice})) << host;
    EXPECT_FALSE(meet(server, {.host = host, .certificate = &bob})) << host << ": revoked";
    EXPECT_FALSE(meet(server, {.host = host, .certificate = &mallory})) << host;
    EXPECT_FALSE(meet(server, {.host = host})) << host;
  }
}

TEST(TlsServer, TakesTheListOfOneAuthorityForNobodyElsesOfTheSameName) {
  const base::PemPair old = make_certificate({}, {.common_name = "Authority"});
  const base::PemPair renewed = make_certificate({}, {.common_name = "Authority"});
  const base::PemPair alice = make_certificate({}, {.common_name = "Alice", .signer = &old});
  const base::PemPair bob = make_certificate({}, {.common_name = "Bob", .signer = &renewed});
  const auto verifying = [&](const std::string& lists) {
    return TlsServerOptions{
        .certificates = {make_certificate({"a.test"})},
        .client_verification = ClientVerification{old.certificates + renewed.certificates, true, lists}};
  };
  const TlsServer one_list{verifying(testing::make_revocation_list(old, {}))};
  const TlsServer both{
      verifying(testing::make_revocation_list(old, {}) + testing::make_revocation_list(renewed, {bob}))};

  EXPECT_TRUE(meet(one_list, {.certificate = &alice}));
  EXPECT_FALSE(meet(one_list, {.certificate = &bob})) << "its authority has no list";
  EXPECT_FALSE(meet(both, {.certificate = &bob})) << "revoked";
}

TEST(TlsServer, GivesTheFirstToThoseWhoAskForNothingThatItHas) {
  const TlsServer server{{.certificates = {make_certificate({"a.test"}), make_certificate({"*.wild.test"})}}};

  EXPECT_TRUE(is_for(meet(server), "a.test"));
  EXPECT_TRUE(is_for(meet(server, {.host = "unknown.test"}), "a.test"));
  EXPECT_TRUE(is_for(meet(server, {.host = "x.y.wild.test"}), "a.test")) << "a wildcard stands for one label";
}

TEST(TlsServer, OffersBothKindsOfKeysForAName) {
  const TlsServer server{
      {.certificates = {make_certificate({"a.test"}), make_certificate({"a.test"}, {.key = Key::rsa})}}};

  const auto modern = meet(server, {.host = "a.test"});
  const auto old = meet(server, {.host = "a.test", .signatures = "RSA-PSS+SHA256"});

  ASSERT_TRUE(modern && old);
  EXPECT_EQ(EVP_PKEY_base_id(X509_get0_pubkey(modern->certificate.get())), EVP_PKEY_EC);
  EXPECT_EQ(EVP_PKEY_base_id(X509_get0_pubkey(old->certificate.get())), EVP_PKEY_RSA);
}

TEST(TlsServer, KnowsNoOldVersion) {
  const TlsServer server{{.certificates = {make_certificate({"a.test"})}}};
  const TlsServer strict{{.certificates = {make_certificate({"a.test"})}, .min_version = TLS1_3_VERSION}};

  EXPECT_EQ(meet(server, {.max_version = TLS1_2_VERSION})->version, "TLSv1.2");
  EXPECT_FALSE(meet(server, {.max_version = TLS1_1_VERSION}));
  EXPECT_FALSE(meet(strict, {.max_version = TLS1_2_VERSION}));
}

TEST(TlsServer, AgreesOnAProtocolThatBothKnow) {
  const TlsServer server{{.certificates = {make_certificate({"a.test"})}, .application_protocols = {"http/1.1"}}};

  EXPECT_EQ(meet(server, {.protocols = "\x02h2\x08http/1.1"})->protocol, "http/1.1");
  EXPECT_EQ(meet(server)->protocol, "");
  EXPECT_FALSE(meet(server, {.protocols = "\x02h2"}));
}

TEST(TlsServer, SaysWhatIsWrongWithItsOptions) {
  EXPECT_THROW(TlsServer{TlsServerOptions{}}, std::runtime_error);
  EXPECT_THROW((TlsServer{{.certificates = {make_certificate({"a.test"})}, .ciphers = "nonsense"}}),
               std::runtime_error);
}

}  // namespace
}  // namespace headgate::net
