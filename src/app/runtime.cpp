#include "app/runtime.hpp"

#include <sched.h>

#include <atomic>
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

Runtime::Runtime(observe::Log& log, std::size_t workers, NameResolver::Resolve resolve)
    : log_{log},
      resolver_{[this](const std::string& endpoint, const auto& addresses) { spread_addresses(endpoint, addresses); },
                [this](const std::string& endpoint, const Error& error) {
                  log_.event(observe::Level::warn, Cause::upstream_resolve_failed,
                             "a backend's name cannot be resolved; addresses known from before, if any, stay in use",
                             {{"backend", endpoint}, {"detail", error.detail}});
                },
                std::move(resolve)} {
  for (std::size_t i = 0; i < workers; ++i)
    workers_.push_back(std::make_unique<server::Worker>(i, state_, log.writer(i)));
  for (auto& worker : workers_) worker->start();
}

Runtime::~Runtime() { stop(); }

server::ResolvedEndpoints Runtime::resolve(const config::Settings& settings) {
  std::vector<Endpoint> wanted;
  for (const auto& [name, upstream] : settings.upstreams)
    for (const config::Backend& backend : upstream.backends) wanted.push_back(backend.address);
  const auto addresses = resolver_.watch(wanted, generation_ == 0 ? start_patience : reload_patience);
  server::ResolvedEndpoints endpoints;
  for (const Endpoint& endpoint : wanted) {
    const std::string key = to_string(endpoint);
    if (endpoints.contains(key)) continue;
    auto state = endpoints_[key].lock();
    if (!state) endpoints_[key] = state = std::make_shared<upstream::EndpointState>(endpoint);
    endpoints.emplace(key, server::ResolvedEndpoint{std::move(state), addresses.at(key)});
  }
  std::erase_if(endpoints_, [](const auto& entry) { return entry.second.expired(); });
  return endpoints;
}

std::vector<std::string> Runtime::apply(config::Settings settings, std::string hash) {
  std::shared_ptr<const exchange::Plan> plan;
  try {
    plan = exchange::make_plan(std::move(settings), generation_ + 1, std::move(hash));
  } catch (const std::exception& error) {
    return {error.what()};
  }
  if (const auto failures = listeners_.prepare(plan->settings.listeners, workers_.size()); !failures.empty()) {
    listeners_.roll_back();
    std::vector<std::string> reasons;
    for (const ListenFailure& failure : failures) reasons.push_back(to_string(failure));
    return reasons;
  }
  publish(plan, resolve(plan->settings));
  listeners_.commit(workers_);
  plan_ = std::move(plan);
  ++generation_;
  return {};
}

void Runtime::publish(const std::shared_ptr<const exchange::Plan>& plan, const server::ResolvedEndpoints& endpoints) {
  std::latch adopted{static_cast<std::ptrdiff_t>(workers_.size())};
  for (auto& worker : workers_) {
    worker->post([&, worker = worker.get()] {
      worker->adopt(plan, endpoints);
      adopted.count_down();
    });
  }
  adopted.wait();
  // What came in after the wait for it, but before the workers had the endpoint, was lost on them.
  std::map<std::string, NameResolver::Addresses> known;
  for (const auto& [key, endpoint] : endpoints) known.emplace(key, endpoint.addresses);
  resolver_.tell_again(known);
}

void Runtime::spread_addresses(const std::string& endpoint, const NameResolver::Addresses& addresses) {
  for (auto& worker : workers_)
    worker->post([worker = worker.get(), endpoint, addresses] { worker->set_addresses(endpoint, addresses); });
}

void Runtime::drain(std::function<void()> drained) {
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
  listeners_.remove_socket_files();
}

}  // namespace headgate::app
