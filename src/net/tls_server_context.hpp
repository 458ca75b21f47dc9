#pragma once

#include "base/openssl.hpp"

namespace headgate::net {

struct TlsServerOptions;

/// Versions, ciphers, sessions and the verification of clients. Without certificates and callbacks. `sibling`: made of
/// the same options, if there is one. Throws std::runtime_error, in words for the operator.
base::SslContextPtr make_server_context(const TlsServerOptions& options, SSL_CTX* sibling);

}  // namespace headgate::net
