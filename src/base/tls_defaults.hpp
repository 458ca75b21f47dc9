// What TLS listeners speak when the configuration does not say. In OpenSSL's words.
#pragma once

namespace headgate::base {

// Mozilla's "intermediate", version 5.7 (https://ssl-config.mozilla.org), but for its finite-field ciphers: a client
// can make those as dear as it likes (CVE-2002-20001), and none that matters needs them.
inline constexpr const char* default_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
inline constexpr const char* default_cipher_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
inline constexpr const char* default_groups = "X25519:prime256v1:secp384r1";

}  // namespace headgate::base
