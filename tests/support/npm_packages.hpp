#pragma once

#include <string>

namespace headgate::testing {

struct NpmPackages {
  std::string folder;   ///< of their node_modules
  std::string missing;  ///< in words, why they are not there; empty: they are
};

/// The packages that tests/system/peers/package.json names, installed once for all runs of this build.
const NpmPackages& npm_packages();

}  // namespace headgate::testing
