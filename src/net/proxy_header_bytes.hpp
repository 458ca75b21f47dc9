// What reader and writer of PROXY headers share.
#pragma once

#include <cstddef>
#include <string_view>

namespace headgate::net::proxy_bytes {

constexpr std::string_view v1_signature = "PROXY ";
constexpr std::string_view v2_signature{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t v2_fixed = 16;  ///< signature, command, family, length

constexpr unsigned char local = 0x20;
constexpr unsigned char proxy = 0x21;
constexpr unsigned char unspecified = 0x00;
constexpr unsigned char tcp4 = 0x11;
constexpr unsigned char tcp6 = 0x21;

}  // namespace headgate::net::proxy_bytes
