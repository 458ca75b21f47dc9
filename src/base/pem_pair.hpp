#pragma once

#include <string>

namespace headgate::base {

/// A certificate with its chain, and its key, as PEM; and what its authority says of it.
struct PemPair {
  std::string certificates;  ///< the leaf first
  std::string key;
  std::string ocsp_response = {};  ///< DER; may be empty
  friend bool operator==(const PemPair&, const PemPair&) = default;
};

}  // namespace headgate::base
