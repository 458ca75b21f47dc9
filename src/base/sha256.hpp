// SHA-256 of several texts, none of which is copied.
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/openssl.hpp"

namespace headgate::base {

class Sha256 {
 public:
  /// Throws std::bad_alloc.
  Sha256();
  /// With its length: "a", "bc" and "ab", "c" are not the same. Throws std::runtime_error.
  Sha256& add(std::string_view text);
  /// Its 32 bytes. Once.
  std::string finish();

 private:
  std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>> context_;
};

}  // namespace headgate::base
