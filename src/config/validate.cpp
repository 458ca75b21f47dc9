#include "config/validate.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace headgate::config {
namespace {

void validate_protocols(const Node& listener, Findings& findings) {
  const Node* node = listener.find("protocols");
  if (node == nullptr || node->kind != Node::Kind::array) return;
  if (node->items.empty()) findings.error(*node, "found an empty array, expected at least one protocol");
  std::set<std::string_view> names;
  for (const Node& item : node->items)
    if (!names.insert(item.text).second) findings.error(item, "names a protocol twice");
}

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
    validate_protocols(node, findings);
    const Node* name = node.find("name");
    if (name != nullptr && !listener.name.empty() && !names.insert(listener.name).second)
      findings.error(*name, "another listener has the name " + shown(*name));
    const Node* address = node.find("address");
    if (listener.address == Endpoint{} || address == nullptr) continue;  // its mistake is told already
    const bool chosen_by_kernel = !listener.address.is_unix() && listener.address.port == 0;
    if (!chosen_by_kernel && !addresses.insert(to_string(listener.address)).second)
      findings.error(*address, "another listener has the address " + shown(*address));
    if (listener.https_redirect && listener.tls)
      findings.error(node, "\"https_redirect\" is for listeners in plain text: this one has \"tls\"");
    const Node* proxy_protocol = node.find("proxy_protocol");
    if (proxy_protocol != nullptr && listener.proxy_protocol != ProxyProtocol::off && settings.trusted_proxies.empty())
      findings.error(*proxy_protocol, "nobody may send the header: \"trusted_proxies\" is empty");
    const Node* mode = node.find("unix_mode");
    if (mode != nullptr && !listener.address.is_unix() && listener.unix_mode != Listener{}.unix_mode)
      findings.warning(*mode, "has no effect: the address is not a Unix socket");
  }
}

/// Only an address that says so itself: a name may resolve to anything.
bool is_loopback(const Endpoint& address) {
  return address.is_unix() || address.host == "localhost" || address.host == "::1" || address.host.starts_with("127.");
}

void validate_admin(const Node& root, const Settings& settings, Findings& findings) {
  const Node* admin = root.find("admin");
  if (admin == nullptr || !settings.admin || settings.admin->token || is_loopback(settings.admin->address)) return;
  findings.warning(*admin, "whoever reaches this address can drain backends: set a \"token\", or listen on loopback");
}

void validate_resolver(const Node& root, const Settings& settings, Findings& findings) {
  const Node* resolver = root.find("resolver");
  if (resolver != nullptr && settings.resolver.max_ttl < settings.resolver.min_ttl)
    findings.error(*resolver, "\"max_ttl\" is less than \"min_ttl\"");
}

}  // namespace

void validate(const Node& root, const Settings& settings, Findings& findings) {
  validate_listeners(root, settings, findings);
  validate_routes(root, settings, findings);
  validate_upstreams(root, settings, findings);
  validate_admin(root, settings, findings);
  validate_resolver(root, settings, findings);
}

}  // namespace headgate::config
