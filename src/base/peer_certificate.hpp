#pragma once

#include <string>

namespace headgate::base {

/// What a peer has shown of itself in the handshake, and what was found valid.
struct PeerCertificate {
  std::string subject;      ///< as RFC 2253 writes it; ASCII, nothing that could end a line
  std::string fingerprint;  ///< SHA-256, lower-case hexadecimal
};

}  // namespace headgate::base
