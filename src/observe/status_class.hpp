#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace headgate::observe {

/// By the first digit of the status; 0: no response was sent, or came.
inline constexpr std::size_t status_classes = 6;
constexpr std::size_t status_class(std::uint16_t status) { return status >= 600 ? 0 : status / 100; }

/// Label of metrics.
constexpr std::string_view name_of_status_class(std::size_t index) {
  constexpr std::array<std::string_view, status_classes> names{"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
  return names[index];
}

}  // namespace headgate::observe
