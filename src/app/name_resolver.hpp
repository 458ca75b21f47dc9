// Resolves the backends' host names away from the workers, again and again: a container that comes back with another
// address is found without a reload.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "headgate/endpoint.hpp"
#include "headgate/result.hpp"
#include "net/address.hpp"

namespace headgate::app {

class NameResolver {
 public:
  using Addresses = std::vector<net::SocketAddress>;
  /// Called on a thread of the resolver when an endpoint has new addresses, for one endpoint in order. A failed look-up
  /// keeps the last good ones. Must not call back.
  using OnChange = std::function<void(const std::string& endpoint, const Addresses& addresses)>;
  using OnFailure = std::function<void(const std::string& endpoint, const Error& error)>;

  /// May block; called on several threads at once, but not for the same endpoint: a name that hangs holds up no other,
  /// as long as there are few of them.
  using Resolve = std::function<Result<Addresses>(const Endpoint& endpoint)>;

  NameResolver(OnChange on_change, OnFailure on_failure, Resolve resolve = net::resolve);
  /// Waits for look-ups for a second at most: the threads of those that hang end on their own, and tell nobody.
  ~NameResolver();
  NameResolver(const NameResolver&) = delete;
  NameResolver& operator=(const NameResolver&) = delete;

  /// Replaces the set of endpoints that are kept resolved, and waits until each has been looked up once or `patience`
  /// is over. Those that were there before are not waited for. Literal addresses cost nothing. Returns what is known.
  std::map<std::string, Addresses> watch(const std::vector<Endpoint>& endpoints, std::chrono::milliseconds patience);

  /// Tells on_change of what differs from `known`: for whoever was not yet able to make use of a change when it came.
  void tell_again(const std::map<std::string, Addresses>& known);

 private:
  class Work;
  std::shared_ptr<Work> work_;
};

}  // namespace headgate::app
