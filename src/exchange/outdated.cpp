#include "exchange/outdated.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace headgate::exchange {
namespace {

bool asks_alike(const config::ClientCertificates& a, const config::ClientCertificates& b) {
  const auto rules = [](const config::ClientCertificates& asked) {
    return std::tie(asked.ca_pem, asked.crl_pem, asked.required, asked.subject_header, asked.fingerprint_header);
  };
  return rules(a) == rules(b);
}

bool shakes_hands_alike(const config::ListenerTls& a, const config::ListenerTls& b) {
  const auto offer = [](const config::ListenerTls& tls) {
    return std::tie(tls.min_version, tls.ciphers, tls.cipher_suites, tls.groups);
  };
  const auto& asked = a.client_certificates;
  const auto& asks = b.client_certificates;
  return offer(a) == offer(b) && asked.has_value() == asks.has_value() && (!asked || asks_alike(*asked, *asks));
}

bool begins_alike(const config::Listener& a, const config::Listener& b) {
  return a.protocols == b.protocols && a.proxy_protocol == b.proxy_protocol && a.tls.has_value() == b.tls.has_value() &&
         (!a.tls || shakes_hands_alike(*a.tls, *b.tls));
}

}  // namespace

Outdated find_outdated(const config::Settings& before, const config::Settings& now) {
  Outdated outdated;
  const bool trusts_alike = before.trusted_proxies == now.trusted_proxies;
  for (const config::Listener& old : before.listeners) {
    const std::string address = to_string(old.address);
    const auto same = std::find_if(now.listeners.begin(), now.listeners.end(), [&](const config::Listener& listener) {
      return to_string(listener.address) == address;
    });
    if (same == now.listeners.end()) continue;
    const bool by_trust = old.proxy_protocol != config::ProxyProtocol::off;  // its header was believed, or was not
    if (!begins_alike(old, *same) || (by_trust && !trusts_alike)) outdated.listeners.insert(address);
  }
  outdated.http2 = before.http2 != now.http2 || before.limits.head_bytes != now.limits.head_bytes;
  return outdated;
}

}  // namespace headgate::exchange
