#pragma once

#include <string>

#include "base/openssl.hpp"

namespace headgate::net {

struct TlsServerOptions;

/// Where sessions may be resumed: only where clients are verified alike. What is resumed is not verified again, so a
/// session of a client that was never asked for a certificate is no good where one is required, nor is what was
/// verified with another revocation list. It reads whole files: one for all contexts of the same options.
std::string session_policy(const TlsServerOptions& options);

/// Versions, ciphers, sessions and the verification of clients. Without certificates and callbacks. `policy`: of
/// session_policy(). `sibling`: made of the same options, if there is one. Throws std::runtime_error, in words for the
/// operator.
base::SslContextPtr make_server_context(const TlsServerOptions& options, const std::string& policy, SSL_CTX* sibling);

}  // namespace headgate::net
