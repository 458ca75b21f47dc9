#include "upstream/pool.hpp"

#include <algorithm>
#include <utility>

namespace headgate::upstream {

Pool::Pool(net::EventLoop& loop, base::BufferPool& buffers, net::Connect connect, std::shared_ptr<EndpointState> state)
    : loop_{loop}, buffers_{buffers}, connect_{std::move(connect)}, state_{std::move(state)} {}

Pool::~Pool() = default;

void Pool::apply(const PoolRules& rules) {
  rules_ = rules;
  while (idle_.size() > rules_.max_idle) idle_.erase(idle_.begin());
}

void Pool::set_addresses(std::vector<net::SocketAddress> addresses) {
  if (addresses == addresses_) return;
  addresses_ = std::move(addresses);
  preferred_ = 0;
  idle_.clear();  // they lead to addresses that may not be the endpoint's any more
}

std::chrono::milliseconds Pool::age(const Connection& connection) const {
  const auto ticks = loop_.wheel().now() - connection.opened_tick();
  return static_cast<std::int64_t>(ticks) * net::DeadlineWheel::tick;
}

CallPtr Pool::begin(std::unique_ptr<Connection> connection, const CallOptions& options) {
  state_->in_flight.fetch_add(1, std::memory_order_relaxed);
  connection->begin(options.limits, options.timeouts);
  return CallPtr{connection.release()};
}

CallPtr Pool::take(const CallOptions& options, bool probe) {
  while (!idle_.empty()) {
    std::unique_ptr<Connection> connection = std::move(idle_.back());
    idle_.pop_back();
    connection->wake();
    if (!may_reuse(rules_, age(*connection)) || (probe && connection->is_stale())) continue;
    return begin(std::move(connection), options);
  }
  return nullptr;
}

base::Task<Result<CallPtr>> Pool::connect(const CallOptions& options, net::ConnectCanceller& canceller) {
  Error error{Cause::upstream_resolve_failed};
  const auto addresses = addresses_;  // a re-resolution may replace them meanwhile
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const std::size_t index = (preferred_ + i) % addresses.size();
    auto stream = co_await connect_(loop_, addresses[index], options.connect, canceller);
    if (stream) {
      if (addresses.size() == addresses_.size()) preferred_ = index;
      co_return begin(std::make_unique<Connection>(*this, std::move(*stream), loop_.wheel().now()), options);
    }
    error = stream.error();
    if (error.os_error == ECANCELED) break;
  }
  co_return error;
}

void Pool::take_back(Connection& connection, bool reusable) {
  std::unique_ptr<Connection> owned{&connection};
  state_->in_flight.fetch_sub(1, std::memory_order_relaxed);
  if (!reusable || !may_keep(rules_, idle_.size(), age(connection))) return;
  idle_.push_back(std::move(owned));
  connection.rest(
      rules_.idle_timeout,
      [](void* self) {
        const auto& spoke = *static_cast<Connection*>(self);
        spoke.pool().drop_idle(spoke);
      },
      &connection);
}

void Pool::drop_idle(const Connection& connection) {
  const auto found =
      std::find_if(idle_.begin(), idle_.end(), [&](const auto& idle) { return idle.get() == &connection; });
  if (found != idle_.end()) idle_.erase(found);
}

}  // namespace headgate::upstream
