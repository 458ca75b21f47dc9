#include "upstream/timeline.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "upstream/out.hpp"

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

std::string to_string(const Actor& actor) {
  constexpr std::array<std::string_view, 8> kinds{"requests", "probe",       "timer",         "operator",
                                                  "instance", "earlier run", "configuration", "resolver"};
  std::string text{kinds[static_cast<std::size_t>(actor.kind)]};
  if (!actor.name.empty()) text.append(" ").append(actor.name);
  return text;
}

const TimelineEntry& Timeline::add(TimelineEntry entry) {
  entry.number = ++added_;
  if (entries_.size() == capacity) entries_.pop_front();
  return entries_.emplace_back(std::move(entry));
}

}  // namespace headgate::upstream
