#pragma once

#include "config/findings.hpp"
#include "config/interpolate.hpp"
#include "config/node.hpp"
#include "config/settings.hpp"

namespace headgate::config {

/// A larger file is no certificate.
inline constexpr std::size_t max_pem_bytes = 1024U * 1024;

/// Of revocation lists: a million entries take 47 MB here, and eight times as much once they are read.
inline constexpr std::size_t max_crl_bytes = 64U * 1024 * 1024;

/// The size of a file of a session ticket's key.
inline constexpr std::size_t ticket_key_bytes = 80;

/// Reads the files that certificates, keys and authorities of listeners and upstreams are in. What cannot be read or
/// does not fit together is an error; what is not valid at the moment, or not for long, a warning.
void bring_tls_files(const Node& root, Settings& settings, Findings& findings, Brought& brought);

}  // namespace headgate::config
