#include "app/name_resolver.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace headgate::app {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds retry_every{1'000};
constexpr milliseconds longest_wait{60'000};

/// A name service that spreads load turns the order around with each answer. That is no reason to drop connections; so
/// the order that is in use stays, and a new set is taken in the resolver's order, which knows what can be reached
/// (RFC 6724).
bool same_set(const NameResolver::Addresses& a, const NameResolver::Addresses& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

NameResolver::NameResolver(OnChange on_change, OnFailure on_failure, std::unique_ptr<net::NameLookup> lookup)
    : on_change_{std::move(on_change)},
      on_failure_{std::move(on_failure)},
      to_wake_{lookup.get()},
      lookup_{std::move(lookup)} {}

NameResolver::~NameResolver() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    to_wake_->wake();
  }
  if (thread_.joinable()) thread_.join();
}

std::map<std::string, NameResolver::Addresses> NameResolver::watch(const std::vector<Endpoint>& endpoints,
                                                                   milliseconds patience, const RefreshRules& rules,
                                                                   std::unique_ptr<net::NameLookup> fresh_lookup) {
  std::unique_lock lock{mutex_};
  rules_ = rules;
  if (fresh_lookup) next_lookup_ = std::move(fresh_lookup);
  const auto now = Clock::now();
  bool to_look_up = false;
  std::map<std::string, Name> wanted;
  for (const Endpoint& endpoint : endpoints) {
    const std::string key = to_string(endpoint);
    const auto known = names_.find(key);
    Name name = known != names_.end() ? known->second : Name{endpoint, {}, now};
    if (net::is_literal(endpoint)) {
      if (auto addresses = net::resolve(endpoint)) name.addresses = std::move(*addresses);
      name.tried = true;
      name.due = never;
    } else if (name.due != never) {  // else it is being looked up
      name.due = now;
      to_look_up = true;
    }
    wanted.insert_or_assign(key, std::move(name));
  }
  names_ = std::move(wanted);
  if (to_look_up && !thread_.joinable()) thread_ = std::thread{[this] { run(); }};
  to_wake_->wake();
  changed_.wait_for(lock, patience, [this] { return all_tried(); });
  std::map<std::string, Addresses> known;
  for (const auto& [key, name] : names_) known.emplace(key, name.addresses);
  return known;
}

bool NameResolver::all_tried() const {
  return std::all_of(names_.begin(), names_.end(), [](const auto& entry) { return entry.second.tried; });
}

std::string NameResolver::why_none(const std::string& endpoint) {
  const std::lock_guard lock{mutex_};
  const auto found = names_.find(endpoint);
  if (found != names_.end() && found->second.failure) return found->second.failure->detail;
  return "it has not been looked up yet";
}

void NameResolver::tell_again(const std::map<std::string, Addresses>& known) {
  const std::lock_guard lock{mutex_};
  for (const auto& [key, name] : names_) {
    const auto found = known.find(key);
    if (found != known.end() && found->second != name.addresses) on_change_(key, name.addresses);
  }
}

void NameResolver::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    if (next_lookup_) {
      to_wake_ = next_lookup_.get();
      const auto replaced = std::exchange(lookup_, std::move(next_lookup_));
      lock.unlock();  // its end tells of what it had under way
    }
    if (!lock.owns_lock()) lock.lock();
    begin_due(lock);
    const milliseconds wait = until_next();
    lock.unlock();
    lookup_->wait(wait);
    lock.lock();
    tell(lock);
  }
}

/// One look-up at a time for each name.
void NameResolver::begin_due(std::unique_lock<std::mutex>& lock) {
  std::vector<std::pair<std::string, Endpoint>> due;
  for (auto& [key, name] : names_) {
    if (name.due > Clock::now()) continue;
    name.due = never;
    due.emplace_back(key, name.endpoint);
  }
  lock.unlock();
  for (const auto& [key, endpoint] : due)
    lookup_->begin(endpoint, [this, key = key](Result<net::FoundAddresses> found) { ended(key, std::move(found)); });
  lock.lock();
  tell(lock);
}

milliseconds NameResolver::until_next() const {
  auto next = Clock::now() + longest_wait;
  for (const auto& [key, name] : names_) next = std::min(next, name.due);
  return std::max(std::chrono::ceil<milliseconds>(next - Clock::now()), milliseconds{0});
}

void NameResolver::ended(const std::string& key, Result<net::FoundAddresses> found) {
  const std::lock_guard lock{mutex_};
  const auto entry = names_.find(key);
  if (stopping_ || entry == names_.end()) return;
  Name& name = entry->second;
  if (!found && found.error().os_error == ECANCELED) {
    name.due = Clock::now();
    return;
  }
  name.tried = true;
  if (found) {
    take(name, key, std::move(*found));
  } else {
    if (!name.failure) news_.push_back({key, {}, found.error()});
    name.due = Clock::now() + retry_every;
  }
  name.failure = found ? std::nullopt : std::optional{found.error()};
}

void NameResolver::take(Name& name, const std::string& key, net::FoundAddresses found) {
  const milliseconds ttl{found.ttl};
  name.due = Clock::now() + std::clamp(ttl, rules_.min_ttl, std::max(rules_.min_ttl, rules_.max_ttl));
  if (same_set(found.addresses, name.addresses)) return;
  name.addresses = std::move(found.addresses);
  news_.push_back({key, name.addresses, std::nullopt});
}

void NameResolver::tell(std::unique_lock<std::mutex>& lock) {
  const std::vector<News> news = std::exchange(news_, {});
  lock.unlock();
  for (const News& each : news) {
    if (each.failure)
      on_failure_(each.key, *each.failure);
    else
      on_change_(each.key, each.addresses);
  }
  lock.lock();
  changed_.notify_all();
}

}  // namespace headgate::app
