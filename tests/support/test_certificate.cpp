#include "support/test_certificate.hpp"

#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <optional>
#include <stdexcept>

#include "base/openssl.hpp"
#include "base/revocation_list.hpp"

namespace headgate::testing {
namespace {

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  if (extension == nullptr) throw std::runtime_error{"extension " + value};
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

void add_names(X509* certificate, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::string list;
  for (const std::string& name : names)
    list.append(list.empty() ? "" : ",").append(name.starts_with("IP:") ? "" : "DNS:").append(name);
  add_extension(certificate, NID_subject_alt_name, list);
}

std::atomic<long> last_serial = 0;

struct Signer {
  explicit Signer(const base::PemPair& pem) {
    const base::BioPtr certificate_pem{BIO_new_mem_buf(pem.certificates.data(), -1)};
    certificate.reset(PEM_read_bio_X509(certificate_pem.get(), nullptr, nullptr, nullptr));
    const base::BioPtr key_pem{BIO_new_mem_buf(pem.key.data(), -1)};
    key.reset(PEM_read_bio_PrivateKey(key_pem.get(), nullptr, nullptr, nullptr));
  }
  base::CertificatePtr certificate;
  base::KeyPtr key;
};

}  // namespace

base::PemPair make_certificate(const std::vector<std::string>& names, const CertificateWishes& wishes) {
  const base::KeyPtr key{wishes.key == CertificateWishes::Key::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256")};
  const base::CertificatePtr certificate{X509_new()};
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++last_serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wishes.begins.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wishes.ends.count());
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wishes.common_name.c_str()), -1, -1, 0);
  const std::optional<Signer> signer = wishes.signer == nullptr ? std::nullopt : std::optional<Signer>{*wishes.signer};
  X509_set_issuer_name(certificate.get(), signer ? X509_get_subject_name(signer->certificate.get()) : subject);
  add_names(certificate.get(), names);
  if (!wishes.ocsp_responder.empty())
    add_extension(certificate.get(), NID_info_access, "OCSP;URI:" + wishes.ocsp_responder);
  if (!wishes.usage.empty()) add_extension(certificate.get(), NID_ext_key_usage, wishes.usage);
  if (!signer) add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  if (X509_sign(certificate.get(), signer ? signer->key.get() : key.get(), EVP_sha256()) == 0)
    throw std::runtime_error{base::openssl_reason()};

  const base::BioPtr pem{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(pem.get(), certificate.get());
  const base::BioPtr key_pem{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(pem.get()), text_of(key_pem.get())};
}

std::string make_ocsp_response(const base::PemPair& of, const base::PemPair& signer, bool good,
                               std::chrono::seconds valid_for) {
  return make_ocsp_response(of, {{&signer, good}}, signer, valid_for);
}

std::string make_ocsp_response(const base::PemPair& of, const std::vector<OcspAnswer>& answers,
                               const base::PemPair& signer, std::chrono::seconds valid_for,
                               std::chrono::seconds since) {
  const Signer subject{of};
  const Signer authority{signer};
  OCSP_BASICRESP* basic = OCSP_BASICRESP_new();
  ASN1_TIME* from = X509_gmtime_adj(nullptr, since.count());
  ASN1_TIME* until = X509_gmtime_adj(nullptr, valid_for.count());
  for (const OcspAnswer& answer : answers) {
    OCSP_CERTID* id =
        OCSP_cert_to_id(answer.digest, subject.certificate.get(), Signer{*answer.issuer}.certificate.get());
    OCSP_basic_add1_status(basic, id, answer.good ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED, 0,
                           answer.good ? nullptr : from, from, until);
    OCSP_CERTID_free(id);
  }
  OCSP_basic_sign(basic, authority.certificate.get(), authority.key.get(), EVP_sha256(), nullptr, 0);
  OCSP_RESPONSE* response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
  unsigned char* der = nullptr;
  const int size = i2d_OCSP_RESPONSE(response, &der);
  std::string out{reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)};
  OPENSSL_free(der);
  OCSP_RESPONSE_free(response);
  OCSP_BASICRESP_free(basic);
  ASN1_TIME_free(from);
  ASN1_TIME_free(until);
  return out;
}

std::string make_revocation_list(const base::PemPair& authority, const std::vector<base::PemPair>& revoked,
                                 std::chrono::seconds valid_for) {
  const Signer signer{authority};
  const base::RevocationListPtr list{X509_CRL_new()};
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(signer.certificate.get()));
  ASN1_TIME* time = X509_gmtime_adj(nullptr, -7200);
  X509_CRL_set1_lastUpdate(list.get(), time);
  for (const base::PemPair& each : revoked) {
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(Signer{each}.certificate.get()));
    X509_REVOKED_set_revocationDate(entry, time);
    X509_CRL_add0_revoked(list.get(), entry);
  }
  X509_gmtime_adj(time, valid_for.count());
  X509_CRL_set1_nextUpdate(list.get(), time);
  ASN1_TIME_free(time);
  if (X509_CRL_sign(list.get(), signer.key.get(), EVP_sha256()) == 0) throw std::runtime_error{base::openssl_reason()};
  const base::BioPtr pem{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509_CRL(pem.get(), list.get());
  return text_of(pem.get());
}

}  // namespace headgate::testing
