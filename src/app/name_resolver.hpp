// Resolves the backends' host names away from the workers, again and again: a container that comes back with another
// address is found without a reload.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "headgate/endpoint.hpp"
#include "headgate/result.hpp"
#include "net/address.hpp"
#include "net/name_lookup.hpp"

namespace headgate::app {

struct RefreshRules {
  std::chrono::milliseconds min_ttl{1'000};    ///< a shorter time to live is taken for this
  std::chrono::milliseconds max_ttl{300'000};  ///< a longer one is taken for this
};

class NameResolver {
 public:
  using Addresses = std::vector<net::SocketAddress>;
  /// Called on the resolver's thread when an endpoint has new addresses. A failed look-up keeps the last good ones.
  /// Must not call back.
  using OnChange = std::function<void(const std::string& endpoint, const Addresses& addresses)>;
  using OnFailure = std::function<void(const std::string& endpoint, const Error& error)>;

  NameResolver(OnChange on_change, OnFailure on_failure, std::unique_ptr<net::NameLookup> lookup);
  ~NameResolver();
  NameResolver(const NameResolver&) = delete;
  NameResolver& operator=(const NameResolver&) = delete;

  /// Replaces the set of endpoints that are kept resolved, and waits until each has been looked up once or `patience`
  /// is over. Those that were there before are not waited for. Literal addresses cost nothing. Returns what is known.
  /// `fresh_lookup`: from now on in the place of the one that there is, if it is not null.
  std::map<std::string, Addresses> watch(const std::vector<Endpoint>& endpoints, std::chrono::milliseconds patience,
                                         const RefreshRules& rules = {},
                                         std::unique_ptr<net::NameLookup> fresh_lookup = nullptr);

  /// Why that endpoint, one of those that are watched, has no addresses, in words.
  [[nodiscard]] std::string why_none(const std::string& endpoint);

  /// Tells on_change of what differs from `known`: for whoever was not yet able to make use of a change when it came.
  void tell_again(const std::map<std::string, Addresses>& known);

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::time_point never = Clock::time_point::max();
  struct Name {
    Endpoint endpoint;
    Addresses addresses;
    Clock::time_point due;  ///< its next look-up
    bool tried = false;
    std::optional<Error> failure = std::nullopt;  ///< of its last look-up
  };
  /// What a look-up came to: on_change or on_failure is told of it without the lock.
  struct News {
    std::string key;
    Addresses addresses;
    std::optional<Error> failure;
  };

  void run();
  void begin_due(std::unique_lock<std::mutex>& lock);
  void ended(const std::string& key, Result<net::FoundAddresses> found);
  void take(Name& name, const std::string& key, net::FoundAddresses found);
  void tell(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::chrono::milliseconds until_next() const;
  [[nodiscard]] bool all_tried() const;

  OnChange on_change_;
  OnFailure on_failure_;
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  std::map<std::string, Name> names_;
  std::vector<News> news_;
  RefreshRules rules_;
  std::unique_ptr<net::NameLookup> next_lookup_;  ///< taken over by the thread
  net::NameLookup* to_wake_;                      ///< the one that the thread waits on
  bool stopping_ = false;
  std::unique_ptr<net::NameLookup> lookup_;  ///< the thread's alone
  std::thread thread_;                       ///< begun when there are names to look up
};

}  // namespace headgate::app
