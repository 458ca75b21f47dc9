#pragma once

#include <string>

namespace headgate::base {

/// A certificate with its chain, and its key, as PEM.
struct PemPair {
  std::string certificates;  ///< the leaf first
  std::string key;
};

}  // namespace headgate::base
