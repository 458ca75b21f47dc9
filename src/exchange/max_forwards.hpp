#pragma once

#include <cstdint>
#include <string>

#include "headgate/heads.hpp"

namespace headgate::exchange {

enum class Forwards : std::uint8_t { go_on, end_here };

/// Max-Forwards of OPTIONS and TRACE (RFC 9110 s7.6.2): at zero this proxy is the final recipient, else the field goes
/// on one less, its new text kept in `memory`. A value that is no number is left alone.
Forwards limit_forwards(RequestHead& request, std::string& memory);

}  // namespace headgate::exchange
