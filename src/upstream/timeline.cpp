#include "upstream/timeline.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace headgate::upstream {

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
