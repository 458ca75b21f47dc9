#pragma once

#include <openssl/bio.h>
#include <openssl/ssl.h>

#include "base/openssl.hpp"

namespace headgate::testing {

/// A handshake in memory, with what comes behind it (tickets). Both live on with their connection. False: it failed.
inline bool meet(SSL* client, SSL* server) {
  BIO* near = nullptr;
  BIO* far = nullptr;
  BIO_new_bio_pair(&near, 0, &far, 0);
  SSL_set_bio(client, near, near);
  SSL_set_bio(server, far, far);
  for (int i = 0; i < 10; ++i) {
    SSL_do_handshake(client);
    SSL_do_handshake(server);
  }
  char byte = 0;
  SSL_read(client, &byte, 1);  // tickets of TLS 1.3
  SSL_read(server, &byte, 1);  // a client that the server does not like learns of it only now
  const bool met = SSL_is_init_finished(client) != 0 && SSL_is_init_finished(server) != 0;
  (void)base::openssl_reason();
  return met;
}

}  // namespace headgate::testing
