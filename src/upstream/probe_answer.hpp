#pragma once

#include <boost/system/error_code.hpp>
#include <cstdint>
#include <string>

namespace headgate::upstream {

/// What came of a probe: an empty error is a success.
struct ProbeAnswer {
  std::uint16_t status = 0;
  int os_error = 0;
  std::string error;
};

inline ProbeAnswer probe_failed(const boost::system::error_code& error) {
  const bool system = error.category() == boost::system::system_category();
  return {0, system ? error.value() : 0, error.message()};
}

}  // namespace headgate::upstream
