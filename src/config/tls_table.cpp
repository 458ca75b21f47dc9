#include <new>
#include <string>

#include "base/openssl.hpp"
#include "config/container_types.hpp"
#include "config/option_table.hpp"
#include "config/tls_settings.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

template <class Set>
Problem problem_of(std::string_view text, Set set) {
  const base::SslContextPtr context{SSL_CTX_new(TLS_server_method())};
  if (!context) throw std::bad_alloc{};
  if (set(context.get(), std::string{text}.c_str()) == 1) return std::nullopt;
  return std::string{"OpenSSL does not take it: "} + base::openssl_reason();
}
Problem cipher_list_problem(std::string_view text) {
  return problem_of(text, [](SSL_CTX* context, const char* list) { return SSL_CTX_set_cipher_list(context, list); });
}
Problem cipher_suites_problem(std::string_view text) {
  return problem_of(text, [](SSL_CTX* context, const char* list) { return SSL_CTX_set_ciphersuites(context, list); });
}
Problem groups_problem(std::string_view text) {
  return problem_of(text, [](SSL_CTX* context, const char* list) { return SSL_CTX_set1_groups_list(context, list); });
}

Type<std::vector<CertificateFiles>> certificates() {
  auto out = array(object<CertificateFiles>(certificate_table()));
  out.shape.schema["minItems"] = 1;
  return out;
}

Table make_listener_tls() {
  TableOf<ListenerTls> t{"tls", "The files are read with the configuration, and watched as it is."};
  t.required("certificates", certificates(), &ListenerTls::certificates,
             "At least one. The one for a connection is chosen by the host name that the client asks for (SNI), among "
             "those of the same name by the kind of key; the first is for all others.");
  t.option("min_version", choice<TlsVersion>({{"1.2", TlsVersion::tls_1_2}, {"1.3", TlsVersion::tls_1_3}}),
           &ListenerTls::min_version, "Clients that know only an older version are refused.");
  t.option("ciphers", text("a list of ciphers", cipher_list_problem), &ListenerTls::ciphers,
           "Of TLS 1.2, as OpenSSL writes them: `openssl ciphers`.")
      .otherwise("Mozilla's \"intermediate\", without finite-field Diffie-Hellman");
  t.option("cipher_suites", text("a list of cipher suites", cipher_suites_problem), &ListenerTls::cipher_suites,
           "Of TLS 1.3.")
      .otherwise("all that OpenSSL has by default");
  t.option("groups", text("a list of groups", groups_problem), &ListenerTls::groups,
           "For the key exchange, the one that we like best first.")
      .otherwise("`X25519:prime256v1:secp384r1`");
  return t.done();
}

Table make_certificate() {
  TableOf<CertificateFiles> t{"certificate", "Files in PEM."};
  t.required("certificate", text("a path", directory_problem), &CertificateFiles::certificate,
             "The certificate, then those that lead to its root.");
  t.required("key", text("a path", directory_problem), &CertificateFiles::key, "Its private key, not encrypted.");
  return t.done();
}

}  // namespace

const Table& listener_tls_table() {
  static const Table table = make_listener_tls();
  return table;
}
const Table& certificate_table() {
  static const Table table = make_certificate();
  return table;
}

}  // namespace headgate::config
