#include "exchange/snapshot.hpp"

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

std::vector<std::string> names_of(const std::map<std::string, config::Upstream>& upstreams) {
  std::vector<std::string> names;
  names.reserve(upstreams.size());
  for (const auto& [name, upstream] : upstreams) names.push_back(name);
  return names;
}

}  // namespace

std::shared_ptr<const Plan> make_plan(config::Settings settings, std::uint64_t generation, std::string hash) {
  auto trusted = http::TrustedProxies::from(settings.trusted_proxies);
  if (!trusted) throw std::invalid_argument{"trusted_proxies"};
  auto names = names_of(settings.upstreams);
  auto routes = route::RouteTable::build(settings, names);
  const auto forwarding = forwarding_policy(settings.forwarding);
  const http::HeadLimits limits{settings.limits.head_bytes, settings.limits.target_bytes, settings.limits.header_count};
  return std::make_shared<const Plan>(Plan{generation, std::move(hash), std::move(settings), std::move(names),
                                           std::move(routes), forwarding, std::move(*trusted), limits});
}

}  // namespace headgate::exchange
