#include "app/runtime.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <atomic>
#include <boost/asio/post.hpp>
#include <exception>
#include <latch>
#include <utility>

namespace headgate::app {
namespace {

/// How long names that are new are waited for, so that the first requests to them do not fail. At a start nothing else
/// is waiting. A reload holds up the control thread, and with it the signals and the drain; but not to wait at all
/// would answer requests with UPSTREAM_RESOLVE_FAILED, although a name service that works needs no more than a few
/// milliseconds. What comes later is put into service when it comes.
constexpr std::chrono::milliseconds start_patience{2'000};
constexpr std::chrono::milliseconds reload_patience{500};

}  // namespace

std::size_t worker_count(const config::Settings& settings) {
  if (settings.workers != 0) return settings.workers;
  cpu_set_t usable;
  if (sched_getaffinity(0, sizeof usable, &usable) != 0) return 1;
  return static_cast<std::size_t>(CPU_COUNT(&usable));
}

observe::LogSettings log_settings(const config::Logging& logging) {
  static_assert(static_cast<int>(config::LogLevel::error) == static_cast<int>(observe::Level::error));
  observe::LogSettings settings;
  settings.directory = logging.directory;
  settings.level = static_cast<observe::Level>(logging.level);
  settings.access = logging.access;
  settings.retention = logging.retention;
  settings.max_total_bytes = logging.max_total_bytes;
  settings.queue_records = logging.queue_records;
  settings.local_time = logging.local_time;
  settings.console = logging.console;
  return settings;
}

Runtime::Runtime(observe::Log& log, std::size_t workers, std::unique_ptr<net::NameLookup> lookup)
    : log_{log},
      counters_{workers},
      resolver_{[this](const std::string& endpoint, const auto& addresses) { spread_addresses(endpoint, addresses); },
                [this](const std::string& endpoint, const Error& error) { lookup_failed(endpoint, error); },
                std::move(lookup)} {
  for (std::size_t i = 0; i < workers; ++i)
    workers_.push_back(std::make_unique<server::Worker>(i, state_, log.writer(i)));
  for (auto& worker : workers_) worker->start();
}

Runtime::~Runtime() { stop(); }

/// Null: they go on as they are.
std::unique_ptr<net::NameLookup> Runtime::changed_lookup(const config::Resolver& settings) {
  net::DnsOptions wanted{settings.nameservers, settings.timeout};
  if (wanted == dns_) return nullptr;
  auto lookup = net::make_dns_lookup(wanted);
  dns_ = std::move(wanted);
  return lookup;
}

server::ResolvedEndpoints Runtime::resolve(const config::Settings& settings) {
  std::vector<Endpoint> wanted;
  for (const auto& [name, upstream] : settings.upstreams)
    for (const config::Backend& backend : upstream.backends) wanted.push_back(backend.address);
  const auto addresses =
      resolver_.watch(wanted, generation_ == 0 ? start_patience : reload_patience,
                      {settings.resolver.min_ttl, settings.resolver.max_ttl}, changed_lookup(settings.resolver));
  server::ResolvedEndpoints endpoints;
  for (const auto& [name, upstream] : settings.upstreams) {
    const auto waiting = waiting_for(name);
    for (const config::Backend& backend : upstream.backends) {
      const std::string key = upstream::endpoint_key(name, backend.address);
      const auto& resolved = addresses.at(to_string(backend.address));
      endpoints.try_emplace(key, server::ResolvedEndpoint{state_of(name, backend.address), resolved, waiting});
    }
  }
  const auto gone = [](const auto& entry) { return entry.second.expired(); };
  std::erase_if(endpoints_, gone);
  std::erase_if(waiting_, gone);
  return endpoints;
}

std::shared_ptr<upstream::EndpointState> Runtime::state_of(const std::string& upstream, const Endpoint& endpoint) {
  auto& kept = endpoints_[upstream::endpoint_key(upstream, endpoint)];
  auto state = kept.lock();
  if (!state) kept = state = std::make_shared<upstream::EndpointState>(upstream, endpoint, workers_.size());
  return state;
}

std::shared_ptr<upstream::WaitingWorkers> Runtime::waiting_for(const std::string& upstream) {
  auto& kept = waiting_[upstream];
  auto waiting = kept.lock();
  if (waiting) return waiting;
  kept = waiting = std::make_shared<upstream::WaitingWorkers>(workers_.size(), [this, upstream](std::size_t index) {
    workers_[index]->post([worker = workers_[index].get(), upstream] { worker->look_again(upstream); });
  });
  return waiting;
}

/// What was known before a restart, or is known to other instances, before anything is built on it.
void Runtime::begin_state(const config::Settings& settings) {
  state_link_ = std::make_unique<StateLink>(control_, log_, health_, settings.state, [this] {
    boost::asio::post(control_, [this] { use_secret_of_others(); });
  });
  state_link_->watch(settings);
  if (settings.state.redis) state_link_->wait_for_store(settings.state.redis->timeout);
}

/// What the configuration leaves out: without a secret of their own, all upstreams sign with that of the state store.
void Runtime::give_secrets(config::Settings& settings) {
  for (auto& [name, upstream] : settings.upstreams)
    if (upstream.sticky && !upstream.sticky->secret) upstream.sticky->secret = state_link_->sticky_secret();
}

/// We had to make one while the store was away, and others had one already.
void Runtime::use_secret_of_others() {
  if (draining_ || !plan_) return;
  const auto reasons = apply(configured_, plan_->hash);
  if (reasons.empty()) return;
  log_.event(observe::Level::error, Cause::reload_failed,
             "the secret that other instances sign cookies with could not be taken into service; the old one serves on",
             {{"outcome", "refused"},
              {"trigger", "state"},
              {"hash", plan_->hash},
              {"detail", fmt::format("{}", fmt::join(reasons, "\n"))}});
}

std::vector<std::string> Runtime::apply(config::Settings settings, std::string hash) {
  if (!state_link_) begin_state(settings);
  config::Settings configured = settings;
  give_secrets(settings);
  std::shared_ptr<const exchange::Plan> plan;
  exchange::KeptTls kept_tls = kept_tls_;  // a plan that is refused must not change what the next one finds
  try {
    plan = exchange::make_plan(std::move(settings), generation_ + 1, std::move(hash), &counters_, &kept_tls);
  } catch (const std::exception& error) {
    return {error.what()};
  }
  if (auto reasons = open_listeners(plan->settings); !reasons.empty()) {
    roll_back_listeners();
    return reasons;
  }
  server::ResolvedEndpoints endpoints;
  try {
    endpoints = resolve(plan->settings);
  } catch (const std::exception& error) {
    roll_back_listeners();
    return {std::string{"names cannot be looked up: "} + error.what()};
  }
  watch_health(*plan, endpoints);
  state_link_->watch(configured);
  state_link_->join();
  if (generation_ == 0) start_at_full_weight(endpoints);
  publish(plan, endpoints);
  listeners_.commit(workers_, plan->listeners);
  configured_ = std::move(configured);
  kept_tls_ = std::move(kept_tls);
  plan_ = std::move(plan);
  serving_since_ = observe::wall_clock_now();
  ++generation_;
  certificates_.watch(plan_->settings.file_terms);
  stapling_.watch(plan_->listeners, plan_->settings.timeouts.ocsp_fetch, dns_);
  if (admin_ != nullptr) admin_->commit();
  return {};
}

/// Returns why some cannot be opened.
std::vector<std::string> Runtime::open_listeners(const config::Settings& settings) {
  std::vector<std::string> reasons;
  for (const ListenFailure& failure : listeners_.prepare(settings.listeners, workers_.size()))
    reasons.push_back(to_string(failure));
  if (admin_ == nullptr) return reasons;
  if (std::string reason = admin_->prepare(settings.admin); !reason.empty()) reasons.push_back(std::move(reason));
  return reasons;
}

void Runtime::roll_back_listeners() {
  listeners_.roll_back();
  if (admin_ != nullptr) admin_->roll_back();
}

BoundListeners Runtime::listeners() const {
  BoundListeners bound = listeners_.bound();
  const auto admin = admin_ != nullptr ? admin_->address() : std::nullopt;
  if (admin) bound.emplace_back("admin", to_string(*admin));
  return bound;
}

/// Before the workers have the endpoints: one that waits for its first probe must not get a request.
void Runtime::watch_health(const exchange::Plan& plan, const server::ResolvedEndpoints& endpoints) {
  upstream::HealthMonitor::Endpoints states;
  std::map<std::string, upstream::Resolution> resolutions;
  for (const auto& [key, endpoint] : endpoints) {
    const std::string& name = endpoint.state->name;
    states.emplace(key, endpoint.state);
    resolutions[name] = {endpoint.addresses, endpoint.addresses.empty() ? resolver_.why_none(name) : ""};
  }
  health_.apply(plan.settings, states, plan.tls_clients);
  health_.set_addresses(resolutions);
}

/// A slow start is for who joins others that are warm already; at a start of the process there are none.
void Runtime::start_at_full_weight(const server::ResolvedEndpoints& endpoints) {
  for (const auto& [key, endpoint] : endpoints) endpoint.state->back_since.store(0, std::memory_order_relaxed);
}

void Runtime::publish(const std::shared_ptr<const exchange::Plan>& plan, const server::ResolvedEndpoints& endpoints) {
  const auto outdated = plan_ ? exchange::find_outdated(plan_->settings, plan->settings) : exchange::Outdated{};
  std::latch adopted{static_cast<std::ptrdiff_t>(workers_.size())};
  for (auto& worker : workers_) {
    worker->post([&, worker = worker.get()] {
      worker->adopt(plan, endpoints, outdated);
      adopted.count_down();
    });
  }
  adopted.wait();
  // What came in after the wait for it, but before the workers had the endpoint, was lost on them.
  std::map<std::string, NameResolver::Addresses> known;
  for (const auto& [key, endpoint] : endpoints) known.emplace(endpoint.state->name, endpoint.addresses);
  resolver_.tell_again(known);
}

void Runtime::lookup_failed(const std::string& endpoint, const Error& error) {
  log_.event(observe::Level::warn, Cause::upstream_resolve_failed,
             "a backend's name cannot be resolved; addresses known from before, if any, stay in use",
             {{"backend", endpoint}, {"detail", error.detail}});
  boost::asio::post(control_, [this, endpoint, why = error.detail] { health_.lookup_failed(endpoint, why); });
}

void Runtime::spread_addresses(const std::string& endpoint, const NameResolver::Addresses& addresses) {
  for (auto& worker : workers_)
    worker->post([worker = worker.get(), endpoint, addresses] { worker->set_addresses(endpoint, addresses); });
  boost::asio::post(control_, [this, endpoint, addresses] { health_.set_addresses({{endpoint, {addresses, ""}}}); });
}

void Runtime::drain(std::function<void()> drained) {
  draining_ = true;
  health_.stop_probing();
  certificates_.stop();
  stapling_.stop();
  auto left = std::make_shared<std::atomic<std::size_t>>(workers_.size());
  auto one_less = [left, drained = std::move(drained)] {
    if (left->fetch_sub(1) == 1) drained();
  };
  for (auto& worker : workers_) worker->post([worker = worker.get(), one_less] { worker->drain(one_less); });
}

void Runtime::cut() {
  for (auto& worker : workers_) worker->post([worker = worker.get()] { worker->cut(); });
}

void Runtime::stop() {
  for (auto& worker : workers_) worker->stop_and_join();
  if (state_link_) state_link_->flush();
  listeners_.remove_socket_files();
}

}  // namespace headgate::app
