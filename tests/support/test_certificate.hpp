// Certificates that tests make for themselves.
#pragma once

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
};

/// Signed by itself, for these host names.
base::PemPair make_certificate(const std::vector<std::string>& names, const CertificateWishes& wishes = {});

}  // namespace headgate::testing
