#pragma once

#include <string_view>

namespace headgate::base {

/// Compares a secret with what somebody offers for it, in a time that tells nothing of the secret but its length.
inline bool equals_secret(std::string_view offered, std::string_view secret) {
  if (secret.empty()) return offered.empty();
  volatile unsigned char difference = offered.size() == secret.size() ? 0 : 1;
  for (std::size_t i = 0; i < offered.size(); ++i)
    difference = static_cast<unsigned char>(difference | (offered[i] ^ secret[i % secret.size()]));
  return difference == 0;
}

}  // namespace headgate::base
