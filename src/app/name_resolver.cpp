#include "app/name_resolver.hpp"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace headgate::app {
namespace {

constexpr std::chrono::milliseconds refresh_every{10'000};
constexpr std::chrono::milliseconds retry_every{1'000};
/// So many names may hang in the system's resolver before the others have to wait for them.
constexpr std::size_t most_threads = 4;
/// How long the end waits for look-ups that are under way; those that take longer are left to themselves.
constexpr std::chrono::milliseconds end_patience{1'000};

/// A name service that spreads load turns the order around with each answer. That is no reason to drop connections; so
/// the order that is in use stays, and a new set is taken in the resolver's order, which knows what can be reached
/// (RFC 6724).
bool same_set(const NameResolver::Addresses& a, const NameResolver::Addresses& b) {
  return std::is_permutation(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

/// What the threads share. They hold it themselves: a look-up that hangs in the system's resolver may outlive
/// everything else.
class NameResolver::Work : public std::enable_shared_from_this<Work> {
 public:
  Work(OnChange on_change, OnFailure on_failure, Resolve resolve)
      : on_change_{std::move(on_change)}, on_failure_{std::move(on_failure)}, resolve_{std::move(resolve)} {}

  std::map<std::string, Addresses> watch(const std::vector<Endpoint>& endpoints, std::chrono::milliseconds patience);
  void tell_again(const std::map<std::string, Addresses>& known);
  /// When it returns, nobody is called any more.
  void stop();

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr Clock::time_point never = Clock::time_point::max();
  struct Name {
    Endpoint endpoint;
    Addresses addresses;
    Clock::time_point due;  ///< its next look-up
    bool busy = false;      ///< it is being looked up
    bool tried = false;
    bool failing = false;
  };
  using Names = std::map<std::string, Name>;
  void run();
  void look_up(const std::string& key, std::unique_lock<std::mutex>& lock);
  [[nodiscard]] Names::iterator next_due();
  [[nodiscard]] bool all_tried() const;

  const OnChange on_change_;
  const OnFailure on_failure_;
  const Resolve resolve_;
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable changed_;
  Names names_;
  std::size_t threads_ = 0;  ///< begun when there are names to look up
  int telling_ = 0;          ///< threads that are calling on_change_ or on_failure_
  bool stopping_ = false;
};

NameResolver::NameResolver(OnChange on_change, OnFailure on_failure, Resolve resolve)
    : work_{std::make_shared<Work>(std::move(on_change), std::move(on_failure), std::move(resolve))} {}

NameResolver::~NameResolver() { work_->stop(); }

std::map<std::string, NameResolver::Addresses> NameResolver::watch(const std::vector<Endpoint>& endpoints,
                                                                   std::chrono::milliseconds patience) {
  return work_->watch(endpoints, patience);
}

void NameResolver::tell_again(const std::map<std::string, Addresses>& known) { work_->tell_again(known); }

void NameResolver::Work::stop() {
  std::unique_lock lock{mutex_};
  stopping_ = true;
  changed_.notify_all();
  changed_.wait(lock, [this] { return telling_ == 0; });
  changed_.wait_for(lock, end_patience, [this] { return threads_ == 0; });
}

std::map<std::string, NameResolver::Addresses> NameResolver::Work::watch(const std::vector<Endpoint>& endpoints,
                                                                         std::chrono::milliseconds patience) {
  std::unique_lock lock{mutex_};
  const auto now = Clock::now();
  std::size_t to_look_up = 0;
  std::map<std::string, Name> wanted;
  for (const Endpoint& endpoint : endpoints) {
    const std::string key = to_string(endpoint);
    const auto known = names_.find(key);
    Name name = known != names_.end() ? known->second : Name{endpoint, {}, now};
    if (net::is_literal(endpoint)) {
      if (auto addresses = net::resolve(endpoint)) name.addresses = std::move(*addresses);
      name.tried = true;
      name.due = never;
    } else {
      name.due = now;
      ++to_look_up;
    }
    wanted.insert_or_assign(key, std::move(name));
  }
  names_ = std::move(wanted);
  for (; threads_ < std::min(to_look_up, most_threads); ++threads_) {
    // lint: allow(detach) getaddrinfo cannot be cancelled, and may hang for longer than a stop may take
    std::thread{[self = shared_from_this()] { self->run(); }}.detach();
  }
  changed_.notify_all();
  changed_.wait_for(lock, patience, [this] { return all_tried(); });
  std::map<std::string, Addresses> known;
  for (const auto& [key, name] : names_) known.emplace(key, name.addresses);
  return known;
}

bool NameResolver::Work::all_tried() const {
  return std::all_of(names_.begin(), names_.end(), [](const auto& entry) { return entry.second.tried; });
}

void NameResolver::Work::tell_again(const std::map<std::string, Addresses>& known) {
  const std::lock_guard lock{mutex_};
  for (const auto& [key, name] : names_) {
    const auto found = known.find(key);
    if (found != known.end() && found->second != name.addresses) on_change_(key, name.addresses);
  }
}

NameResolver::Work::Names::iterator NameResolver::Work::next_due() {
  return std::min_element(names_.begin(), names_.end(), [](const auto& a, const auto& b) {
    return (a.second.busy ? never : a.second.due) < (b.second.busy ? never : b.second.due);
  });
}

void NameResolver::Work::look_up(const std::string& key, std::unique_lock<std::mutex>& lock) {
  const Endpoint endpoint = names_.at(key).endpoint;
  names_.at(key).busy = true;  // one at a time: an older answer must not come after a newer one
  names_.at(key).due = never;
  lock.unlock();
  auto addresses = resolve_(endpoint);  // blocks, for as long as the resolver's own timeouts say
  lock.lock();
  auto found = names_.find(key);
  if (stopping_ || found == names_.end()) return;
  const bool first_failure = !addresses && !found->second.failing;
  const bool new_addresses = addresses && !same_set(*addresses, found->second.addresses);
  found->second.failing = !addresses;
  if (new_addresses) found->second.addresses = *addresses;
  ++telling_;
  lock.unlock();
  if (first_failure) on_failure_(key, addresses.error());
  if (new_addresses) on_change_(key, *addresses);
  lock.lock();
  --telling_;
  changed_.notify_all();
  found = names_.find(key);
  if (found == names_.end()) return;
  Name& name = found->second;
  name.busy = false;
  name.tried = true;
  // Unless watch() has asked for another look-up meanwhile.
  if (name.due == never) name.due = Clock::now() + (name.failing ? retry_every : refresh_every);
  changed_.notify_all();
}

void NameResolver::Work::run() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    const auto next = next_due();
    if (next == names_.end() || next->second.busy || next->second.due == never) {
      changed_.wait(lock);
    } else if (next->second.due > Clock::now()) {
      changed_.wait_until(lock, Clock::time_point{next->second.due});
    } else {
      look_up(std::string{next->first}, lock);
    }
  }
  --threads_;
  changed_.notify_all();
}

}  // namespace headgate::app
