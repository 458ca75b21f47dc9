#include "base/ocsp_question.hpp"

#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include <memory>
#include <utility>

namespace headgate::base {
namespace {

using RequestPtr = std::unique_ptr<OCSP_REQUEST, FreeWith<OCSP_REQUEST_free>>;

/// Clocks differ a little.
constexpr std::chrono::minutes clock_skew{5};

[[noreturn]] void fail(const std::string& words) {
  ERR_clear_error();
  throw CertificateError{CertificateError::In::certificate, words};
}

/// Of its authority information access; empty: none by http.
std::string responder_url(X509* leaf) {
  std::string found;
  STACK_OF(OPENSSL_STRING)* urls = X509_get1_ocsp(leaf);
  for (int i = 0; i < sk_OPENSSL_STRING_num(urls) && found.empty(); ++i)
    if (const std::string url = sk_OPENSSL_STRING_value(urls, i); url.starts_with("http://")) found = url;
  X509_email_free(urls);
  return found;
}

/// `target`: set as well.
Endpoint parse_url(const std::string& url, std::string& target) {
  char* host = nullptr;
  char* path = nullptr;
  char* query = nullptr;
  int port = 0;
  if (OSSL_HTTP_parse_url(url.c_str(), nullptr, nullptr, &host, nullptr, &port, &path, &query, nullptr) != 1)
    fail("the url of its OCSP responder cannot be read: " + url);
  Endpoint responder{host, static_cast<std::uint16_t>(port), {}};
  if (responder.host.starts_with('[')) responder.host = responder.host.substr(1, responder.host.size() - 2);
  target = path;
  if (*query != '\0') target.append("?").append(query);
  OPENSSL_free(host);
  OPENSSL_free(path);
  OPENSSL_free(query);
  return responder;
}

/// Without a nonce: responders answer with what they have signed before (RFC 5019 s2.1.1).
std::string write_question(X509* leaf, X509* issuer) {
  const RequestPtr request{OCSP_REQUEST_new()};
  if (!request || OCSP_request_add0_id(request.get(), OCSP_cert_to_id(EVP_sha1(), leaf, issuer)) == nullptr)
    throw std::bad_alloc{};
  unsigned char* bytes = nullptr;
  const int size = i2d_OCSP_REQUEST(request.get(), &bytes);
  if (size < 0) throw std::bad_alloc{};
  std::string der{reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)};
  OPENSSL_free(bytes);
  return der;
}

}  // namespace

OcspQuestion::OcspQuestion(const Certificate& certificate) {
  if (certificate.issuer() == nullptr) fail("nobody can be asked for it: its issuer does not follow in the file");
  const std::string url = responder_url(certificate.leaf());
  if (url.empty()) fail("nobody can be asked for it: the certificate names no OCSP responder");
  responder_ = parse_url(url, target_);
  der_ = write_question(certificate.leaf(), certificate.issuer());
  X509_up_ref(certificate.leaf());
  leaf_.reset(certificate.leaf());
  X509_up_ref(certificate.issuer());
  issuer_.reset(certificate.issuer());
}

OcspResponse OcspQuestion::read(std::string der, std::chrono::sys_seconds now) const {
  OcspResponse response{std::move(der), leaf_.get(), issuer_.get()};
  response.check_signature(issuer_.get());
  if (response.valid_from() > now + clock_skew) fail("the OCSP response is not valid yet");
  if (response.valid_until() <= now) fail("the OCSP response is too old");
  return response;
}

}  // namespace headgate::base
