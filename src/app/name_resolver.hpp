// Resolves the backends' host names away from the workers, again and again: a container that comes back with another
// address is found without a reload.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "headgate/endpoint.hpp"
#include "headgate/result.hpp"
#include "net/address.hpp"

namespace headgate::app {

class NameResolver {
 public:
  using Addresses = std::vector<net::SocketAddress>;
  /// Called on the resolver's thread when an endpoint has new addresses. A failed look-up keeps the last good ones.
  using OnChange = std::function<void(const std::string& endpoint, const Addresses& addresses)>;
  using OnFailure = std::function<void(const std::string& endpoint, const Error& error)>;

  /// May block; called on the resolver's thread.
  using Resolve = std::function<Result<Addresses>(const Endpoint& endpoint)>;

  NameResolver(OnChange on_change, OnFailure on_failure, Resolve resolve = net::resolve);
  ~NameResolver();
  NameResolver(const NameResolver&) = delete;
  NameResolver& operator=(const NameResolver&) = delete;

  /// Replaces the set of endpoints that are kept resolved, and waits until each has been looked up once or `patience`
  /// is over. Literal addresses cost nothing. Returns what is known.
  std::map<std::string, Addresses> watch(const std::vector<Endpoint>& endpoints, std::chrono::milliseconds patience);

 private:
  struct Name {
    Endpoint endpoint;
    Addresses addresses;
    bool tried = false;
    bool failing = false;
  };
  void run();
  void look_up_all(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::chrono::milliseconds pause() const;
  [[nodiscard]] bool all_tried() const;

  OnChange on_change_;
  OnFailure on_failure_;
  Resolve resolve_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Name> names_;
  std::uint64_t generation_ = 0;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace headgate::app
