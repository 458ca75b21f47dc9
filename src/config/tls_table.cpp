#include <algorithm>
#include <array>
#include <new>
#include <string>

#include "base/ascii.hpp"
#include "base/openssl.hpp"
#include "base/tls_defaults.hpp"
#include "config/container_types.hpp"
#include "config/grammar.hpp"
#include "config/host_name.hpp"
#include "config/option_table.hpp"
#include "config/tls_settings.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

template <class Set>
Problem problem_of(std::string_view text, Set set) {
  if (text.empty()) return std::nullopt;  // as it is printed when nothing was set
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

/// As the docs write it.
std::string in_code(const char* text) { return std::string{"`"} + text + "`"; }

Problem file_problem(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return "a path cannot hold a NUL byte";
  return std::nullopt;
}
Type<std::string> path() { return text("a path", file_problem); }

/// It is written beside what the request has.
Problem told_field_problem(std::string_view text) {
  static constexpr std::array ours{"cookie",           "forwarded",         "via",       "x-forwarded-for",
                                   "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-request-id"};
  const auto is_text = [&](std::string_view name) { return base::iequals(name, text); };
  if (std::any_of(ours.begin(), ours.end(), is_text)) return "this field says something else to backends";
  return text.empty() ? std::nullopt : added_field_problem(text);
}

Problem server_name_problem(std::string_view text) {
  if (text.empty() || is_ipv4(text) || canonical_ipv6(text)) return std::nullopt;
  return host_name_problem(text);
}

/// RFC 6797 s6.1.
Problem hsts_problem(std::string_view text) {
  if (text.empty()) return std::nullopt;
  if (!base::is_field_value(text)) return "it is no field value (RFC 9110 s5.5)";
  if (!base::to_lower(text).starts_with("max-age=")) return "it begins with \"max-age=\" and seconds";
  return std::nullopt;
}

Type<TlsVersion> version() { return choice<TlsVersion>({{"1.2", TlsVersion::tls_1_2}, {"1.3", TlsVersion::tls_1_3}}); }

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
  t.option("min_version", version(), &ListenerTls::min_version, "Clients that know only an older version are refused.");
  t.option("ciphers", text("a list of ciphers", cipher_list_problem), &ListenerTls::ciphers,
           "Of TLS 1.2, as OpenSSL writes them: `openssl ciphers`.")
      .otherwise("Mozilla's \"intermediate\", without finite-field Diffie-Hellman");
  t.option("cipher_suites", text("a list of cipher suites", cipher_suites_problem), &ListenerTls::cipher_suites,
           "Of TLS 1.3.")
      .otherwise(in_code(base::default_cipher_suites));
  t.option("groups", text("a list of groups", groups_problem), &ListenerTls::groups,
           "For the key exchange, the one that we like best first.")
      .otherwise(in_code(base::default_groups));
  t.option(
      "session_lifetime", duration(1s, 24h, Zero::off), &ListenerTls::session_lifetime,
      "How long after its full handshake a client may resume its session, by a ticket that only it keeps. 0: never.");
  t.option("ticket_keys", array(path()), &ListenerTls::ticket_keys,
           "Files of 80 random bytes (`openssl rand 80`). Tickets are made with the first; those made with the others "
           "are still taken. Instances with the same files resume each other's sessions. None: Headgate makes its own "
           "keys, and new ones every 12 hours.");
  t.option("client_certificates", optional(object<ClientCertificates>(client_certificates_table())),
           &ListenerTls::client_certificates, "Asks clients for certificates.");
  t.option("hsts", text("a value such as \"max-age=63072000; includeSubDomains\"", hsts_problem), &ListenerTls::hsts,
           "Strict-Transport-Security (RFC 6797) of every response on this listener, in place of the backend's own.");
  return t.done();
}

Table make_client_certificates() {
  TableOf<ClientCertificates> t{"client_certificates", ""};
  t.required("ca", path(), &ClientCertificates::ca, "The authorities that may have signed them, a file in PEM.");
  t.option(
       "crl", path(), &ClientCertificates::crl,
       "Their revocation lists (RFC 5280 s5), a file in PEM: of every authority that may be in a chain. Whoever is on "
       "one is refused; and all whose authority has none there, or one that is out of date.")
      .otherwise("nobody is asked");
  t.option("required", boolean(), &ClientCertificates::required,
           "Off: a client without a certificate is served as well; one whose certificate is not valid is not.");
  t.option("subject_header", text("a field name", told_field_problem), &ClientCertificates::subject_header,
           "The field that tells backends the certificate's subject, as RFC 2253 writes it. What clients send in it is "
           "dropped, on every listener.");
  t.option("fingerprint_header", text("a field name", told_field_problem), &ClientCertificates::fingerprint_header,
           "As well: SHA-256 of the certificate, in lower-case hexadecimal.");
  return t.done();
}

Table make_upstream_tls() {
  TableOf<UpstreamTls> t{"upstream_tls", "For backends whose url begins with `https://` (see [TLS](tls.md))."};
  t.option("verify", boolean(), &UpstreamTls::verify,
           "Off: every certificate is taken, also one of somebody who stands between.");
  t.option("ca", path(), &UpstreamTls::ca, "The authorities that are believed, a file in PEM.")
      .otherwise("the system's");
  t.option("crl", path(), &UpstreamTls::crl,
           "Revocation lists, as of `client_certificates`: a backend whose certificate is on one fails.")
      .otherwise("nobody is asked");
  t.option("server_name", text("a host name", server_name_problem), &UpstreamTls::server_name,
           "The name that is asked for (SNI) and that the certificate must have.")
      .otherwise("the host of the backend's url");
  t.option("certificate", path(), &UpstreamTls::certificate,
           "Our own certificate, for backends that ask for one: a file in PEM. Comes with `key`.");
  t.option("key", path(), &UpstreamTls::key, "Its private key, not encrypted.");
  t.option("min_version", version(), &UpstreamTls::min_version, "Backends that know only an older version fail.");
  return t.done();
}

Table make_certificate() {
  TableOf<CertificateFiles> t{"certificate", "Files in PEM."};
  t.required("certificate", text("a path", directory_problem), &CertificateFiles::certificate,
             "The certificate, then those that lead to its root.");
  t.required("key", text("a path", directory_problem), &CertificateFiles::key, "Its private key, not encrypted.");
  t.option("ocsp", path(), &CertificateFiles::ocsp,
           "An OCSP response in DER that is stapled to the certificate as long as it is valid (RFC 6066 s8).");
  t.option(
      "ocsp_fetch", boolean(), &CertificateFiles::ocsp_fetch,
      "Headgate asks the responder that the certificate names, staples its answer, and asks again after half of the "
      "time that it is still valid, each day at the latest. Off, as it speaks to somebody whom only the certificate "
      "names.");
  return t.done();
}

}  // namespace

const Table& listener_tls_table() {
  static const Table table = make_listener_tls();
  return table;
}
const Table& client_certificates_table() {
  static const Table table = make_client_certificates();
  return table;
}
const Table& upstream_tls_table() {
  static const Table table = make_upstream_tls();
  return table;
}
const Table& certificate_table() {
  static const Table table = make_certificate();
  return table;
}

}  // namespace headgate::config
