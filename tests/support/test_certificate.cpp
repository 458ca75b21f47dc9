#include "support/test_certificate.hpp"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>

#include "base/openssl.hpp"

namespace headgate::testing {
namespace {

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_names(X509* certificate, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "DNS:" : ",DNS:") + name;
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, list.c_str());
  if (extension == nullptr) throw std::runtime_error{"subjectAltName " + list};
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

base::PemPair make_certificate(const std::vector<std::string>& names, const CertificateWishes& wishes) {
  const base::KeyPtr key{wishes.key == CertificateWishes::Key::rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256")};
  const base::CertificatePtr certificate{X509_new()};
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wishes.begins.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wishes.ends.count());
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  static constexpr unsigned char common_name[] = "common.test";
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, common_name, -1, -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  add_names(certificate.get(), names);
  if (X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0) throw std::runtime_error{base::openssl_reason()};

  const base::BioPtr pem{BIO_new(BIO_s_mem())};
  PEM_write_bio_X509(pem.get(), certificate.get());
  const base::BioPtr key_pem{BIO_new(BIO_s_mem())};
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(pem.get()), text_of(key_pem.get())};
}

}  // namespace headgate::testing
