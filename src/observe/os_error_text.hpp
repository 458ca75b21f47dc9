#pragma once

#include <string.h>

#include <string>

namespace headgate::observe {

/// "Connection refused". Safe on every thread, unlike strerror().
inline std::string os_error_text(int number) {
  const char* const text = strerrordesc_np(number);  // static; nullptr for numbers that are not errno's
  return text != nullptr ? text : "error " + std::to_string(number);
}

}  // namespace headgate::observe
