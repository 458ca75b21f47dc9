// TLS in the configuration. As settings.hpp: defaults stand here, names are the file's keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/pem_pair.hpp"

namespace headgate::config {

using namespace std::chrono_literals;

enum class TlsVersion : std::uint8_t { tls_1_2, tls_1_3 };

struct CertificateFiles {
  std::string certificate;  ///< path
  std::string key;          ///< path
  std::string ocsp;         ///< path of a response to staple; empty: none
  bool ocsp_fetch = false;  ///< from the responder that the certificate names
  base::PemPair pem;        ///< what was in the files
};

/// What a client's certificate is checked against, and what backends are told of it.
struct ClientCertificates {
  std::string ca;                  ///< path
  std::string ca_pem;              ///< what was in the file
  std::string crl;                 ///< path of the authorities' revocation lists; empty: nobody is asked
  std::string crl_pem;             ///< what was in the file
  bool required = true;            ///< false: who shows none is served as well
  std::string subject_header;      ///< name of the field; empty: not told
  std::string fingerprint_header;  ///< as well; SHA-256 of the certificate, lower-case hexadecimal
};

struct ListenerTls {
  std::vector<CertificateFiles> certificates;
  TlsVersion min_version = TlsVersion::tls_1_2;
  std::string ciphers;  ///< in OpenSSL's words, as the next two; empty: ours
  std::string cipher_suites;
  std::string groups;
  std::chrono::milliseconds session_lifetime = 24h;  ///< how long a session may be resumed; 0: never
  std::vector<std::string> ticket_keys;              ///< paths; empty: our own keys
  std::vector<std::string> ticket_key_bytes;         ///< what was in the files
  std::optional<ClientCertificates> client_certificates;
  std::string hsts;  ///< Strict-Transport-Security of every response; empty: none
};

/// How backends are spoken to by https.
struct UpstreamTls {
  bool verify = true;
  std::string ca;           ///< path; empty: the system's
  std::string ca_pem;       ///< what was in the file
  std::string crl;          ///< path of the authorities' revocation lists; empty: nobody is asked
  std::string crl_pem;      ///< what was in the file
  std::string server_name;  ///< asked for (SNI) and expected in the certificate; empty: the host of the backend's url
  std::string certificate;  ///< path; of our own certificate, empty: none
  std::string key;          ///< path
  base::PemPair pem;        ///< what was in those two
  TlsVersion min_version = TlsVersion::tls_1_2;
  friend bool operator==(const UpstreamTls&, const UpstreamTls&) = default;
};

}  // namespace headgate::config
