// Certificates that tests make for themselves.
#pragma once

#include <openssl/evp.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/pem_pair.hpp"

namespace headgate::testing {

struct CertificateWishes {
  enum class Key : bool { ec, rsa };
  Key key = Key::ec;
  std::chrono::seconds begins{-3600};                   ///< from now
  std::chrono::seconds ends{std::chrono::hours{2400}};  ///< from now
  std::string common_name = "common.test";
  const base::PemPair* signer = nullptr;  ///< null: itself
  std::string ocsp_responder = {};        ///< url; empty: none is named
  std::string usage = {};                 ///< extended key usage, in OpenSSL's words; empty: not limited
};

/// For these host names, or "IP:" and an address.
base::PemPair make_certificate(const std::vector<std::string>& names, const CertificateWishes& wishes = {});

/// What the signer of a certificate says of it, as DER. `valid_for`: from now; it has been said an hour ago.
std::string make_ocsp_response(const base::PemPair& of, const base::PemPair& signer, bool good,
                               std::chrono::seconds valid_for);

/// One answer of several: what is said of the certificate of that issuer with the serial number of `of`.
struct OcspAnswer {
  const base::PemPair* issuer;
  bool good;
  const EVP_MD* digest = EVP_sha1();  ///< of the issuer's name and key
};
/// `since`: from now.
std::string make_ocsp_response(const base::PemPair& of, const std::vector<OcspAnswer>& answers,
                               const base::PemPair& signer, std::chrono::seconds valid_for,
                               std::chrono::seconds since = std::chrono::hours{-1});

/// The authority's list of those that it has revoked, as PEM. `valid_for`: from now.
std::string make_revocation_list(const base::PemPair& authority, const std::vector<base::PemPair>& revoked,
                                 std::chrono::seconds valid_for = std::chrono::hours{24});

}  // namespace headgate::testing
