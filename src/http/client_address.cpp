#include "http/client_address.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/ascii.hpp"

namespace headgate::http {
namespace {

/// An element of X-Forwarded-For: an address, bare, or with a port as some load balancers write it.
std::optional<base::IpAddress> parse_hop(std::string_view hop) {
  if (!hop.empty() && hop.front() == '[') {
    const std::size_t bracket = hop.find(']');
    if (bracket == std::string_view::npos) return std::nullopt;
    const std::string_view after = hop.substr(bracket + 1);
    if (!after.empty() && after.front() != ':') return std::nullopt;
    return base::IpAddress::parse(hop.substr(1, bracket - 1));
  }
  const std::size_t colon = hop.find(':');
  const bool one_colon = colon != std::string_view::npos && hop.rfind(':') == colon;
  return base::IpAddress::parse(one_colon ? hop.substr(0, colon) : hop);
}

/// Takes the last element off a list.
std::string_view last_element(std::string_view& list) {
  const std::size_t comma = list.rfind(',');
  if (comma == std::string_view::npos) return std::exchange(list, {});
  const std::string_view element = list.substr(comma + 1);
  list = list.substr(0, comma);
  return element;
}

}  // namespace

std::optional<TrustedProxies> TrustedProxies::from(const std::vector<std::string>& entries) {
  TrustedProxies trusted;
  for (const std::string& entry : entries) {
    if (entry == "unix:") {
      trusted.unix_ = true;
      continue;
    }
    const auto block = base::Cidr::parse(entry);
    if (!block) return std::nullopt;
    trusted.blocks_.push_back(*block);
  }
  return trusted;
}

bool TrustedProxies::contains(const base::IpAddress& address) const {
  return std::any_of(blocks_.begin(), blocks_.end(), [&](const base::Cidr& block) { return block.contains(address); });
}

std::optional<base::IpAddress> resolve_client(const std::optional<base::IpAddress>& peer, const Fields& fields,
                                              const TrustedProxies& trusted) {
  if (!trusted.trusts(peer)) return peer;
  std::optional<base::IpAddress> client = peer;
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    if (field->id != FieldId::x_forwarded_for) continue;
    for (std::string_view list = field->value; !list.empty();) {
      const std::string_view element = base::trim_ows(last_element(list));
      if (element.empty()) continue;  // RFC 9110 s5.6.1.2
      const auto hop = parse_hop(element);
      if (!hop) return client;
      client = hop;
      if (!trusted.contains(*hop)) return client;
    }
  }
  return client;
}

}  // namespace headgate::http
