// TLS in the configuration. As settings.hpp: defaults stand here, names are the file's keys.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/pem_pair.hpp"

namespace headgate::config {

enum class TlsVersion : std::uint8_t { tls_1_2, tls_1_3 };

struct CertificateFiles {
  std::string certificate;  ///< path
  std::string key;          ///< path
  base::PemPair pem;        ///< what was in the files
};

struct ListenerTls {
  std::vector<CertificateFiles> certificates;
  TlsVersion min_version = TlsVersion::tls_1_2;
  std::string ciphers;  ///< in OpenSSL's words, as the next two; empty: ours
  std::string cipher_suites;
  std::string groups;
};

}  // namespace headgate::config
