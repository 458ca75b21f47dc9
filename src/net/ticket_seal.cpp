#include "net/ticket_seal.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <exception>
#include <memory>

#include "base/openssl.hpp"

namespace headgate::net {
namespace {

int keys_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

using base::FreeWith;
using CipherPtr = std::unique_ptr<EVP_CIPHER, FreeWith<EVP_CIPHER_free>>;

/// Fetched once: looking it up costs more than using it.
const EVP_CIPHER* aes() {
  static const CipherPtr cipher{EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr)};
  return cipher.get();
}

bool use_for_mac(TicketKey& key, EVP_MAC_CTX* mac) {
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, key.mac.data(), key.mac.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  return EVP_MAC_CTX_set_params(mac, parameters) == 1;
}

constexpr int failed = -1;

int seal(TicketKeys& keys, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac) {
  TicketKey key = keys.to_seal(std::chrono::steady_clock::now());
  std::copy(key.name.begin(), key.name.end(), name);
  const bool done = RAND_bytes(iv, EVP_CIPHER_get_iv_length(aes())) == 1 &&
                    EVP_EncryptInit_ex2(cipher, aes(), key.cipher.data(), iv, nullptr) == 1 && use_for_mac(key, mac);
  OPENSSL_cleanse(&key, sizeof key);
  return done ? 1 : failed;
}

/// 0: it is none of ours, and the handshake goes on in full; 2: the client gets a new one. One of TLS 1.3 is good for
/// one connection, or an observer could see that two are of the same client (RFC 8446 appendix C.4).
int open(TicketKeys& keys, bool single_use, const unsigned char* name, const unsigned char* iv, EVP_CIPHER_CTX* cipher,
         EVP_MAC_CTX* mac) {
  auto found = keys.to_open({name, TicketKey::Name{}.size()}, std::chrono::steady_clock::now());
  if (!found) return 0;
  const bool done =
      use_for_mac(found->key, mac) && EVP_DecryptInit_ex2(cipher, aes(), found->key.cipher.data(), iv, nullptr) == 1;
  OPENSSL_cleanse(&found->key, sizeof found->key);
  if (!done) return failed;
  return found->current && !single_use ? 1 : 2;
}

/// OpenSSL's callback: no exception may pass it.
int seal_or_open(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                 int sealing) noexcept {
  auto& keys = *static_cast<TicketKeys*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), keys_index()));
  try {
    if (sealing != 0) return seal(keys, name, iv, cipher, mac);
    return open(keys, SSL_version(ssl) == TLS1_3_VERSION, name, iv, cipher, mac);
  } catch (const std::exception&) {
    return failed;
  }
}

}  // namespace

void seal_tickets(SSL_CTX* context, TicketKeys& keys) {
  SSL_CTX_set_ex_data(context, keys_index(), &keys);
  SSL_CTX_set_tlsext_ticket_key_evp_cb(context, seal_or_open);
}

}  // namespace headgate::net
