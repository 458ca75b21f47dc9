#include <algorithm>
#include <set>
#include <string>

#include "config/validate.hpp"

namespace headgate::config {
namespace {

void validate_backends(const Node& node, const Upstream& upstream, Findings& findings) {
  if (node.kind != Node::Kind::array) return;
  if (node.items.empty()) return findings.error(node, "found an empty array, expected at least one backend");
  std::set<std::string> seen;
  for (std::size_t i = 0; i < upstream.backends.size(); ++i) {
    const Endpoint& address = upstream.backends[i].address;
    if (address != Endpoint{} && !seen.insert(to_string(address)).second)
      findings.warning(node.items[i], "the same backend stands twice in this upstream; give it a weight instead");
  }
  const auto weightless = [](const Backend& backend) { return backend.weight == 0; };
  if (std::all_of(upstream.backends.begin(), upstream.backends.end(), weightless))
    findings.error(node, "every backend has the weight 0: nothing could be picked");
  const auto backup = [](const Backend& backend) { return backend.backup; };
  if (std::all_of(upstream.backends.begin(), upstream.backends.end(), backup))
    findings.error(node, "every backend is a backup: leave \"backup\" out of those that take the traffic");
}

void validate_tls(const Node& node, const Upstream& upstream, Findings& findings) {
  const auto by_tls = [](const Backend& backend) { return backend.address.tls; };
  const auto nameless = [&](const Backend& backend) { return by_tls(backend) && backend.address.is_unix(); };
  const Node* tls = node.find("tls");
  if (upstream.tls != UpstreamTls{} && tls != nullptr &&
      std::none_of(upstream.backends.begin(), upstream.backends.end(), by_tls))
    findings.warning(*tls, "has no effect: no backend's url begins with https://");
  if (!upstream.tls.verify && tls != nullptr && !(upstream.tls.ca.empty() && upstream.tls.crl.empty()))
    findings.warning(*tls, "\"ca\" and \"crl\" have no effect: \"verify\" is false, and every certificate is taken");
  if (upstream.tls.verify && upstream.tls.server_name.empty() &&
      std::any_of(upstream.backends.begin(), upstream.backends.end(), nameless))
    findings.error(node, "which name should the certificate of a Unix socket have? Set tls.server_name");
}

void validate_protocol(const Node& node, const Upstream& upstream, Findings& findings) {
  const Node* protocol = node.find("protocol");
  if (protocol == nullptr || upstream.protocol == UpstreamProtocol::http1) return;
  const auto by_tls = [](const Backend& backend) { return backend.address.tls; };
  if (upstream.protocol == UpstreamProtocol::automatic &&
      std::none_of(upstream.backends.begin(), upstream.backends.end(), by_tls))
    findings.warning(*protocol, "has no effect: only backends of https:// can choose; say \"h2\" if they speak it");
  if (upstream.proxy_protocol != base::ProxyVersion::none)
    findings.error(*protocol,
                   "the connections of HTTP/2 are shared by clients, but \"proxy_protocol\" needs one for each");
}

void validate_balancing(const Node& node, const Upstream& upstream, Findings& findings) {
  const Node* hash = node.find("hash");
  const bool by_name = upstream.hash.key != HashSource::uri;
  if (upstream.strategy == "hash" && by_name && upstream.hash.name.empty())
    findings.error(hash == nullptr ? node : *hash, "\"name\" is missing: of which header or cookie?");
  // A configuration with all of its defaults, as `check --print` writes it, is no reason to warn.
  if (hash != nullptr && upstream.hash != Hash{} && upstream.strategy != "hash" && upstream.strategy != "ip_hash")
    findings.warning(*hash, "has no effect: the strategy is \"" + upstream.strategy + "\"");
  const Node* sticky = node.find("sticky");
  if (sticky != nullptr && upstream.sticky && upstream.sticky->same_site == SameSite::none && !upstream.sticky->secure)
    findings.error(*sticky, "browsers refuse a cookie with \"same_site\": \"none\" that is not \"secure\"");
}

void validate_health(const Node& node, const Upstream& upstream, Findings& findings) {
  const PassiveHealth& passive = upstream.health.passive;
  if (passive.max_eject_for < passive.eject_for) findings.error(node, "\"max_eject_for\" is less than \"eject_for\"");
  const auto& active = upstream.health.active;
  if (!active) return;
  if (active->max_interval < active->interval)
    findings.error(node, "\"max_interval\" is less than \"interval\" of the active probes");
  if (active->type != ProbeType::http && !active->expect_body.empty())
    findings.warning(node, "\"expect_body\" has no effect: only http probes look at a body");
  if (active->type != ProbeType::grpc && !active->service.empty())
    findings.warning(node, "\"service\" has no effect: only grpc probes ask for one");
}

void validate_queue(const Node& node, const Upstream& upstream, Findings& findings) {
  const auto limited = [](const Backend& backend) { return backend.max_connections != 0; };
  if (upstream.queue != Queue{} && std::none_of(upstream.backends.begin(), upstream.backends.end(), limited))
    findings.warning(node, "has no effect: no backend has \"max_connections\"");
}

void validate_retry(const Node& node, const Retry& retry, Findings& findings) {
  if (retry.backoff.max < retry.backoff.base) findings.error(node, "\"max\" of the backoff is less than its \"base\"");
  if (retry.attempts != 0 && retry.per_try_timeout.count() != 0 && !retry.on.timeout)
    findings.warning(node, "\"per_try_timeout\" ends attempts that are not made again: \"on\" has no \"timeout\"");
}

void validate_upstream(const Node& node, const Upstream& upstream, Findings& findings) {
  if (const Node* backends = node.find("backends")) validate_backends(*backends, upstream, findings);
  validate_tls(node, upstream, findings);
  validate_protocol(node, upstream, findings);
  validate_balancing(node, upstream, findings);
  if (const Node* queue = node.find("queue")) validate_queue(*queue, upstream, findings);
  if (const Node* retry = node.find("retry")) validate_retry(*retry, upstream.retry, findings);
  if (const Node* health = node.find("health")) validate_health(*health, upstream, findings);
}

}  // namespace

void validate_upstreams(const Node& root, const Settings& settings, Findings& findings) {
  const Node* upstreams = root.find("upstreams");
  if (upstreams == nullptr) return;
  std::set<std::string> used;
  for (const Route& route : settings.routes)
    for (const WeightedUpstream& upstream : route.upstreams) used.insert(upstream.name);
  for (const Member& member : upstreams->members) {
    const auto found = settings.upstreams.find(member.key);
    if (found == settings.upstreams.end()) continue;
    validate_upstream(member.value, found->second, findings);
    if (!used.contains(member.key))
      findings.warning(member.offset, append_pointer(upstreams->pointer, member.key), "no route uses this upstream");
  }
}

}  // namespace headgate::config
