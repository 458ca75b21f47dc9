#include "app/name_resolver.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <utility>

namespace headgate::app {
namespace {

constexpr std::chrono::milliseconds refresh_every{10'000};
constexpr std::chrono::milliseconds retry_every{1'000};

/// A name service that spreads load turns the order around with each answer. That is no reason to drop connections; so
/// the order that is in use stays, and a new set is taken in the resolver's order, which knows what can be reached
/// (RFC 6724).
bool same_set(const NameResolver::Addresses& a, const NameResolver::Addresses& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

NameResolver::NameResolver(OnChange on_change, OnFailure on_failure, Resolve resolve)
    : on_change_{std::move(on_change)},
      on_failure_{std::move(on_failure)},
      resolve_{std::move(resolve)},
      thread_{[this] { run(); }} {}

NameResolver::~NameResolver() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

std::map<std::string, NameResolver::Addresses> NameResolver::watch(const std::vector<Endpoint>& endpoints,
                                                                   std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  std::map<std::string, Name> wanted;
  for (const Endpoint& endpoint : endpoints) {
    const std::string key = to_string(endpoint);
    const auto known = names_.find(key);
    Name name = known != names_.end() ? known->second : Name{endpoint, {}, false, false};
    if (net::is_literal(endpoint)) {
      if (auto addresses = net::resolve(endpoint)) name.addresses = std::move(*addresses);
      name.tried = true;
    }
    wanted.emplace(key, std::move(name));
  }
  names_ = std::move(wanted);
  ++generation_;
  changed_.notify_all();
  changed_.wait_for(lock, patience, [this] { return all_tried(); });
  std::map<std::string, Addresses> known;
  for (const auto& [key, name] : names_) known.emplace(key, name.addresses);
  return known;
}

bool NameResolver::all_tried() const {
  return std::all_of(names_.begin(), names_.end(), [](const auto& entry) { return entry.second.tried; });
}

std::chrono::milliseconds NameResolver::pause() const {
  const bool failing = std::any_of(names_.begin(), names_.end(), [](const auto& e) { return e.second.failing; });
  return failing ? retry_every : refresh_every;
}

void NameResolver::look_up_all(std::unique_lock<std::mutex>& lock) {
  std::vector<Endpoint> endpoints;
  for (const auto& [key, name] : names_)
    if (!net::is_literal(name.endpoint)) endpoints.push_back(name.endpoint);
  for (const Endpoint& endpoint : endpoints) {
    lock.unlock();
    auto addresses = resolve_(endpoint);  // blocks, for as long as the resolver's own timeouts say
    lock.lock();
    const auto found = names_.find(to_string(endpoint));
    if (stopping_ || found == names_.end()) continue;
    Name& name = found->second;
    const bool first_failure = !addresses && !name.failing;
    const bool new_addresses = addresses && !same_set(*addresses, name.addresses);
    name.tried = true;
    name.failing = !addresses;
    if (new_addresses) name.addresses = *addresses;
    lock.unlock();
    if (first_failure) on_failure_(to_string(endpoint), addresses.error());
    if (new_addresses) on_change_(to_string(endpoint), *addresses);
    lock.lock();
  }
  changed_.notify_all();
}

void NameResolver::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    const std::uint64_t seen = generation_;
    look_up_all(lock);
    changed_.wait_for(lock, pause(), [&] { return stopping_ || generation_ != seen; });
  }
}

}  // namespace headgate::app
