#include "app/bound_listeners.hpp"

#include <algorithm>
#include <ostream>

namespace headgate::app {

void announce(const BoundListeners& listeners, std::ostream& out) {
  for (const auto& [name, address] : listeners) out << "listening on " << address << " (" << name << ")\n";
}

BoundListeners added(const BoundListeners& before, const BoundListeners& now) {
  BoundListeners fresh;
  for (const auto& listener : now) {
    const auto same_address = [&](const auto& other) { return other.second == listener.second; };
    if (std::none_of(before.begin(), before.end(), same_address)) fresh.push_back(listener);
  }
  return fresh;
}

}  // namespace headgate::app
