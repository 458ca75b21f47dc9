#include "memory_proxy.hpp"

#include <stdexcept>
#include <utility>

#include "config/load.hpp"

namespace headgate::testing {
namespace {

using namespace std::chrono_literals;

server::ResolvedEndpoints endpoints_of(const config::Settings& settings) {
  server::ResolvedEndpoints endpoints;
  for (const auto& [name, upstream] : settings.upstreams)
    for (const auto& backend : upstream.backends)
      endpoints[upstream::endpoint_key(name, backend.address)] = {
          std::make_shared<upstream::EndpointState>(name, backend.address),
          {*net::SocketAddress::unix_path("/in/memory")}};
  return endpoints;
}

}  // namespace

MemoryProxy::MemoryProxy(std::string_view config, FaultPlan& faults, Upstream upstream)
    : faults_{faults},
      upstream_{std::move(upstream)},
      log_{observe::LogSettings{}, 1},
      worker_{0, state_, log_.writer(0), [this](auto&, auto, auto, auto&) { return connect(); }} {
  auto loaded = config::load_text(config);
  if (!loaded.settings) throw std::runtime_error{to_string("test", loaded.diagnostics.front())};
  endpoints_ = endpoints_of(*loaded.settings);
  watch_health(*loaded.settings);
  worker_.adopt(exchange::make_plan(std::move(*loaded.settings), 1, loaded.hash), endpoints_);
}

void MemoryProxy::watch_health(const config::Settings& settings) {
  for (const auto& [name, upstream] : settings.upstreams) {
    const auto quota = std::make_shared<upstream::EjectionQuota>();
    quota->set_limit(static_cast<std::uint32_t>(upstream.backends.size()), upstream.health.passive.max_ejected_percent);
    for (const auto& backend : upstream.backends)
      endpoint(upstream::endpoint_key(name, backend.address))
          .health.apply({upstream.health, upstream.circuit_breaker}, quota, nullptr, upstream::Moment::now());
  }
}

base::Task<Result<net::StreamPtr>> MemoryProxy::connect() {
  ++connections_tried_;
  if (const int error = faults_.next(); error != 0) co_return Error{Cause::upstream_connect_failed, "", error};
  upstreams_.push_back(std::make_shared<Wire>());
  co_return net::StreamPtr{std::make_unique<MemoryStream>(worker_.loop().wheel(), upstreams_.back(), faults_)};
}

WirePtr MemoryProxy::client(std::string bytes) {
  auto wire = std::make_shared<Wire>();
  wire->to_proxy = std::move(bytes);
  clients_.push_back(wire);
  worker_.serve(std::make_unique<MemoryStream>(worker_.loop().wheel(), wire, faults_),
                {std::nullopt, worker_.snapshot()->plan->listeners.begin()->second});
  return wire;
}

std::size_t MemoryProxy::traffic() const {
  std::size_t sum = upstreams_.size() + connections_tried_;
  for (const auto* wires : {&clients_, &upstreams_})
    for (const WirePtr& wire : *wires)
      sum += wire->to_proxy.size() * 7 + wire->from_proxy.size() * 3 + (wire->proxy_closed ? 1 : 0) +
             (wire->peer_closed ? 1 : 0) + (wire->peer_reset ? 1 : 0);
  return sum;
}

void MemoryProxy::settle() {
  for (std::size_t before = traffic() + 1; before != traffic();) {
    before = traffic();
    for (std::size_t i = 0; i < upstreams_.size(); ++i)
      if (!upstreams_[i]->proxy_closed) upstream_(*upstreams_[i]);
    for (std::size_t i = 0; i < upstreams_.size(); ++i)
      if (upstreams_[i]->stream != nullptr) upstreams_[i]->stream->poke();
    for (std::size_t i = 0; i < clients_.size(); ++i)
      if (clients_[i]->stream != nullptr) clients_[i]->stream->poke();
    worker_.loop().poller().wait(0ms);
    worker_.loop().poller().tell();
  }
}

void MemoryProxy::cut() {
  worker_.cut();
  settle();
}

void MemoryProxy::advance(std::chrono::milliseconds time) {
  ticks_ = worker_.loop().wheel().now() + static_cast<std::uint64_t>(time / net::DeadlineWheel::tick) + 2;
  worker_.loop().wheel().advance_to(ticks_);
  settle();
}

}  // namespace headgate::testing
