// Who the client is, when proxies that we trust stand between it and us.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/ip_address.hpp"
#include "headgate/heads.hpp"

namespace headgate::http {

/// The peers whose forwarding fields are believed. Entries are CIDRs or addresses, or "unix:" for every peer on a Unix
/// socket (which otherwise is not trusted: it has no address to list).
class TrustedProxies {
 public:
  TrustedProxies() = default;  ///< trusts nobody
  static std::optional<TrustedProxies> from(const std::vector<std::string>& entries);

  [[nodiscard]] bool contains(const base::IpAddress& address) const;
  /// nullopt: the peer is on a Unix socket.
  [[nodiscard]] bool trusts(const std::optional<base::IpAddress>& peer) const { return peer ? contains(*peer) : unix_; }

 private:
  std::vector<base::Cidr> blocks_;
  bool unix_ = false;
};

/// Walks X-Forwarded-For from right to left, through trusted addresses only; the first that is not trusted is the
/// client. An entry that is no address ends the walk at the last good one; an empty one is not there. The peer itself
/// when it is not trusted. nullopt: unknown, a Unix socket peer without usable X-Forwarded-For.
std::optional<base::IpAddress> resolve_client(const std::optional<base::IpAddress>& peer, const Fields& fields,
                                              const TrustedProxies& trusted);

}  // namespace headgate::http
