#pragma once

#include <cstddef>
#include <string>

namespace headgate::base {

/// Unpredictable bytes of the kernel, as twice as many hexadecimal digits.
std::string random_hex(std::size_t bytes);

}  // namespace headgate::base
