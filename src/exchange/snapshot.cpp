#include "exchange/snapshot.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace headgate::exchange {
namespace {

http::ForwardingPolicy forwarding_policy(const config::Settings& all) {
  const config::Forwarding& settings = all.forwarding;
  http::ForwardingPolicy policy;
  policy.reserved = reserved_fields(all.listeners);
  policy.x_forwarded = settings.x_forwarded;
  policy.x_real_ip = settings.x_real_ip;
  policy.forwarded = settings.forwarded;
  policy.via = settings.via;
  policy.request_id = settings.request_id;
  policy.response_request_id = settings.response_request_id;
  policy.via_name = settings.via_name;
  return policy;
}

http::ErrorTemplates error_templates(const std::map<std::string, config::ErrorPage>& pages) {
  http::ErrorTemplates templates;
  for (const auto& [key, page] : pages) {
    if (page.html) templates.add(key, http::PageType::html, *page.html);
    if (page.json) templates.add(key, http::PageType::json, *page.json);
    if (page.text) templates.add(key, http::PageType::text, *page.text);
  }
  return templates;
}

bool send_proxy_headers(const std::map<std::string, config::Upstream>& upstreams) {
  return std::any_of(upstreams.begin(), upstreams.end(),
                     [](const auto& entry) { return entry.second.proxy_protocol != base::ProxyVersion::none; });
}

std::vector<std::string> names_of(const std::map<std::string, config::Upstream>& upstreams) {
  std::vector<std::string> names;
  names.reserve(upstreams.size());
  for (const auto& [name, upstream] : upstreams) names.push_back(name);
  return names;
}

std::vector<std::string> names_of(const std::vector<config::Route>& routes) {
  std::vector<std::string> names;
  names.reserve(routes.size());
  for (const config::Route& route : routes) names.push_back(route.name);
  return names;
}

}  // namespace

ListenerPlanPtr Plan::listener(const std::string& address) const {
  const auto found = listeners.find(address);
  return found == listeners.end() ? nullptr : found->second;
}

std::shared_ptr<const Plan> make_plan(config::Settings settings, std::uint64_t generation, std::string hash,
                                      observe::TrafficRegistry* counters, KeptTls* kept_tls) {
  auto trusted = http::TrustedProxies::from(settings.trusted_proxies);
  if (!trusted) throw std::invalid_argument{"trusted_proxies"};
  auto names = names_of(settings.upstreams);
  auto routes = route::RouteTable::build(settings, names);
  std::vector<config::Retry> retries;
  for (const auto& [name, upstream] : settings.upstreams) retries.push_back(upstream.retry);
  observe::TrafficRegistry own_counters{1};
  auto traffic = (counters != nullptr ? *counters : own_counters).table(names_of(settings.routes), names);
  const auto forwarding = forwarding_policy(settings);
  auto templates = error_templates(settings.error_pages);
  KeptTls own_tls;
  auto listeners = plan_listeners(settings.listeners, kept_tls != nullptr ? *kept_tls : own_tls);
  auto tls_clients = plan_tls_clients(settings.upstreams, kept_tls != nullptr ? *kept_tls : own_tls);
  const bool sends_headers = send_proxy_headers(settings.upstreams);
  const http::HeadLimits limits{settings.limits.head_bytes, settings.limits.target_bytes, settings.limits.header_count};
  return std::make_shared<const Plan>(Plan{generation, std::move(hash), std::move(settings), std::move(names),
                                           std::move(routes), forwarding, std::move(*trusted), limits,
                                           std::move(templates), std::move(listeners), std::move(tls_clients),
                                           std::move(retries), sends_headers, std::move(traffic)});
}

}  // namespace headgate::exchange
