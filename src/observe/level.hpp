#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "headgate/cause.hpp"

namespace headgate::observe {

/// Order and names are those of the configuration's logging.level.
enum class Level : std::uint8_t { debug, info, warn, error };

constexpr std::string_view to_string(Level level) {
  constexpr std::array<std::string_view, 4> names{"debug", "info", "warn", "error"};
  return names[static_cast<std::size_t>(level)];
}

/// How much a cause matters when the caller has no opinion. Clients that go away are no news; what a client did wrong
/// is a warning, because the default level (warn) must show every request that was refused.
constexpr Level default_level(Cause cause) {
  switch (cause) {
    case Cause::none:
    case Cause::client_idle_timeout:
      return Level::debug;
    case Cause::client_closed:
    case Cause::tunnel_client_reset:
    case Cause::reload_applied:
    case Cause::proxy_started:
    case Cause::proxy_draining:
    case Cause::proxy_stopped:
    case Cause::backend_restored:
    case Cause::backend_healthy:
    case Cause::backend_resolved:
    case Cause::backend_moved:
    case Cause::panic_ended:
    case Cause::backend_enabled:
    case Cause::breaker_half_open:
    case Cause::breaker_closed:
    case Cause::state_restored:
      return Level::info;
    case Cause::connect_refused:
    case Cause::upgrade_refused:
    case Cause::no_route:
    case Cause::method_not_allowed:
    case Cause::connection_limit:
    case Cause::drain_timeout:
    case Cause::upstream_closed_reused:
    case Cause::tunnel_idle_timeout:
    case Cause::tunnel_upstream_reset:
    case Cause::backend_ejected:
    case Cause::backend_unhealthy:
    case Cause::backend_unresolved:
    case Cause::panic_began:
    case Cause::backend_drained:
    case Cause::breaker_opened:
      return Level::warn;
    default:
      return info(cause).origin == Origin::client ? Level::warn : Level::error;
  }
}

/// What headgate_failures_total counts: not what is no news or good news, and not what the log says of itself, which
/// has metrics of its own.
constexpr bool is_counted(Cause cause) {
  if (cause == Cause::none || info(cause).phase == Phase::log) return false;
  return default_level(cause) >= Level::warn || info(cause).origin == Origin::client;
}

/// Start and stop, receipts of reloads, changes of a backend's health, and what the log and the state store say about
/// themselves are written whatever logging.level says.
constexpr bool always_written(Cause cause) {
  switch (info(cause).phase) {
    case Phase::start:
    case Phase::stop:
    case Phase::reload:
    case Phase::log:
    case Phase::health:
    case Phase::state:
      return true;
    default:
      return cause == Cause::proxy_draining;
  }
}

}  // namespace headgate::observe
