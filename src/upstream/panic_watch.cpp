#include "upstream/panic_watch.hpp"

#include <utility>

namespace headgate::upstream {

void PanicWatch::apply(const config::Settings& settings, const Endpoints& endpoints) {
  std::map<std::string, Upstream> upstreams;
  for (const auto& [name, upstream] : settings.upstreams) {
    Upstream& watched = upstreams[name];
    watched.panic = panic(name);
    watched.panic_percent = upstream.health.panic_percent;
    for (const config::Backend& backend : upstream.backends)
      if (backend.weight != 0)
        watched.backends.push_back({endpoints.at(endpoint_key(name, backend.address)), backend.backup});
  }
  upstreams_ = std::move(upstreams);
}

std::optional<PanicWatch::Change> PanicWatch::look(const std::string& upstream) {
  const auto found = upstreams_.find(upstream);
  if (found == upstreams_.end()) return std::nullopt;
  Upstream& watched = found->second;
  Group primaries;
  Group backups;
  for (const Backend& backend : watched.backends)
    (backend.backup ? backups : primaries).count(backend.state->out.load(std::memory_order_relaxed));
  const Turn turn = whose_turn(primaries, backups, watched.panic_percent);
  if (std::exchange(watched.panic, turn.panic) == turn.panic) return std::nullopt;
  return Change{turn.panic, turn.backups ? backups : primaries};
}

bool PanicWatch::panic(const std::string& upstream) const {
  const auto found = upstreams_.find(upstream);
  return found != upstreams_.end() && found->second.panic;
}

}  // namespace headgate::upstream
