#include "upstream/out.hpp"

#include <array>
#include <string_view>

namespace headgate::upstream {

std::string describe(std::uint32_t reasons) {
  constexpr std::array<std::string_view, 7> names{"drained",      "unhealthy",  "unprobed", "ejected",
                                                  "breaker_open", "unresolved", "half_open"};
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if ((reasons & (1U << i)) == 0) continue;
    if (!text.empty()) text += ", ";
    text += names[i];
  }
  return text.empty() ? "up" : text;
}

const char* why_nobody(std::uint32_t reasons) {
  switch (reasons) {
    case 0:
      return "every backend with a weight was tried";
    case bit(Out::drained):
      return "all are drained";
    case bit(Out::unhealthy):
      return "the probes of all fail";
    case bit(Out::unprobed):
      return "all wait for their first probe";
    case bit(Out::ejected):
      return "all are ejected";
    case bit(Out::breaker_open):
      return "the breakers of all are open";
    case bit(Out::unresolved):
      return "no name has an address";
    default:
      return "all are out, for more than one reason";
  }
}

}  // namespace headgate::upstream
