#include "base/openssl.hpp"

#include <openssl/err.h>

namespace headgate::base {

const char* openssl_reason() {
  const unsigned long first = ERR_peek_error();
  const char* words = ERR_reason_error_string(first);
  ERR_clear_error();
  return words == nullptr ? "OpenSSL gives no reason" : words;
}

}  // namespace headgate::base
