#include "exchange/snapshot.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace headgate::exchange {
namespace {

http::ForwardingPolicy forwarding_policy(const config::Forwarding& settings) {
  http::ForwardingPolicy policy;
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

std::map<std::string, std::shared_ptr<const net::TlsServer>> tls_servers(
    const std::vector<config::Listener>& listeners) {
  std::map<std::string, std::shared_ptr<const net::TlsServer>> servers;
  for (const config::Listener& listener : listeners) {
    if (!listener.tls) continue;
    net::TlsServerOptions options;
    for (const config::CertificateFiles& files : listener.tls->certificates) options.certificates.push_back(files.pem);
    options.min_version = listener.tls->min_version == config::TlsVersion::tls_1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    options.ciphers = listener.tls->ciphers;
    options.cipher_suites = listener.tls->cipher_suites;
    options.groups = listener.tls->groups;
    for (const config::Protocol protocol : listener.protocols)
      options.application_protocols.emplace_back(protocol == config::Protocol::http2 ? "h2" : "http/1.1");
    servers[to_string(listener.address)] = std::make_shared<const net::TlsServer>(options);
  }
  return servers;
}

std::map<std::string, Protocols> protocols_of(const std::vector<config::Listener>& listeners) {
  std::map<std::string, Protocols> protocols;
  for (const config::Listener& listener : listeners) {
    const auto speaks = [&](config::Protocol protocol) {
      return std::find(listener.protocols.begin(), listener.protocols.end(), protocol) != listener.protocols.end();
    };
    protocols[to_string(listener.address)] = {speaks(config::Protocol::http1), speaks(config::Protocol::http2)};
  }
  return protocols;
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

std::shared_ptr<const Plan> make_plan(config::Settings settings, std::uint64_t generation, std::string hash,
                                      observe::TrafficRegistry* counters) {
  auto trusted = http::TrustedProxies::from(settings.trusted_proxies);
  if (!trusted) throw std::invalid_argument{"trusted_proxies"};
  auto names = names_of(settings.upstreams);
  auto routes = route::RouteTable::build(settings, names);
  std::vector<config::Retry> retries;
  for (const auto& [name, upstream] : settings.upstreams) retries.push_back(upstream.retry);
  observe::TrafficRegistry own_counters{1};
  auto traffic = (counters != nullptr ? *counters : own_counters).table(names_of(settings.routes), names);
  const auto forwarding = forwarding_policy(settings.forwarding);
  auto templates = error_templates(settings.error_pages);
  auto tls = tls_servers(settings.listeners);
  auto protocols = protocols_of(settings.listeners);
  const http::HeadLimits limits{settings.limits.head_bytes, settings.limits.target_bytes, settings.limits.header_count};
  return std::make_shared<const Plan>(Plan{generation, std::move(hash), std::move(settings), std::move(names),
                                           std::move(routes), forwarding, std::move(*trusted), limits,
                                           std::move(templates), std::move(tls), std::move(protocols),
                                           std::move(retries), std::move(traffic)});
}

}  // namespace headgate::exchange
