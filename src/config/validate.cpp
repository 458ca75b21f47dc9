#include "config/validate.hpp"

#include <set>
#include <string>

namespace headgate::config {
namespace {

void validate_listeners(const Node& root, const Settings& settings, Findings& findings) {
  const Node* listeners = root.find("listeners");
  if (listeners == nullptr || listeners->kind != Node::Kind::array) return;
  if (listeners->items.empty())
    return findings.error(*listeners, "found an empty array, expected at least one listener");
  std::set<std::string> addresses;
  std::set<std::string> names;
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    const Listener& listener = settings.listeners[i];
    const Node& node = listeners->items[i];
    const Node* name = node.find("name");
    if (name != nullptr && !listener.name.empty() && !names.insert(listener.name).second)
      findings.error(*name, "another listener has the name " + shown(*name));
    const Node* address = node.find("address");
    if (listener.address == Endpoint{} || address == nullptr) continue;  // its mistake is told already
    const bool chosen_by_kernel = !listener.address.is_unix() && listener.address.port == 0;
    if (!chosen_by_kernel && !addresses.insert(to_string(listener.address)).second)
      findings.error(*address, "another listener has the address " + shown(*address));
    const Node* mode = node.find("unix_mode");
    if (mode != nullptr && !listener.address.is_unix() && listener.unix_mode != Listener{}.unix_mode)
      findings.warning(*mode, "has no effect: the address is not a Unix socket");
  }
}

void validate_backends(const Node& node, const Upstream& upstream, Findings& findings) {
  if (node.kind != Node::Kind::array) return;
  if (node.items.empty()) return findings.error(node, "found an empty array, expected at least one backend");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < upstream.backends.size(); ++i) {
    const Endpoint& address = upstream.backends[i].address;
    if (address != Endpoint{} && !seen.insert(to_string(address)).second)
      findings.warning(node.items[i], "the same backend stands twice in this upstream");
  }
}

void validate_upstreams(const Node& root, const Settings& settings, Findings& findings) {
  const Node* upstreams = root.find("upstreams");
  if (upstreams == nullptr) return;
  std::set<std::string> used;
  for (const Route& route : settings.routes)
    for (const WeightedUpstream& upstream : route.upstreams) used.insert(upstream.name);
  for (const Member& member : upstreams->members) {
    const auto found = settings.upstreams.find(member.key);
    if (found == settings.upstreams.end()) continue;
    if (const Node* backends = member.value.find("backends")) validate_backends(*backends, found->second, findings);
    if (!used.contains(member.key))
      findings.warning(member.offset, append_pointer(upstreams->pointer, member.key), "no route uses this upstream");
  }
}

}  // namespace

void validate(const Node& root, const Settings& settings, Findings& findings) {
  validate_listeners(root, settings, findings);
  validate_routes(root, settings, findings);
  validate_upstreams(root, settings, findings);
}

}  // namespace headgate::config
