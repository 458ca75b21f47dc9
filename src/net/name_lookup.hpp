// Looking names up without blocking: one thread begins look-ups, waits, and is told of their ends.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "headgate/endpoint.hpp"
#include "headgate/result.hpp"
#include "net/address.hpp"

namespace headgate::net {

struct FoundAddresses {
  std::vector<SocketAddress> addresses;  ///< IPv6 and IPv4, in the order of RFC 6724
  std::chrono::seconds ttl{0};           ///< the shortest of the records; 0 also for the hosts file
};

class NameLookup {
 public:
  using Told = std::function<void(Result<FoundAddresses>)>;

  virtual ~NameLookup() = default;
  /// `told` is called in a later wait(), or at once, or at the end of this object; once. Its error has ECANCELED when
  /// the look-up was cut short: then it says nothing of the name.
  virtual void begin(const Endpoint& endpoint, Told told) = 0;
  /// Runs what is under way for at most so long.
  virtual void wait(std::chrono::milliseconds longest) = 0;
  /// Ends a wait(); the only call for other threads.
  virtual void wake() = 0;
};

struct DnsOptions {
  std::vector<std::string> nameservers;      ///< "host:port"; empty: those of resolv.conf, read again when it changes
  std::chrono::milliseconds timeout{2'000};  ///< of one query; there are three
  friend bool operator==(const DnsOptions&, const DnsOptions&) = default;
};

/// c-ares: DNS and the hosts file, with search domains. Throws std::runtime_error when it cannot be had.
std::unique_ptr<NameLookup> make_dns_lookup(const DnsOptions& options);

}  // namespace headgate::net
