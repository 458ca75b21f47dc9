#include "base/openssl.hpp"

#include <openssl/err.h>

#include <stdexcept>

namespace headgate::base {

const char* openssl_reason() {
  const unsigned long first = ERR_peek_error();
  const char* words = ERR_reason_error_string(first);
  ERR_clear_error();
  return words == nullptr ? "OpenSSL gives no reason" : words;
}

void check_openssl(bool done, const std::string& what) {
  if (!done) throw std::runtime_error{what + ": " + openssl_reason()};
}

}  // namespace headgate::base
