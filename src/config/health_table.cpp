// Health of backends, circuit breakers and retries.
#include "config/container_types.hpp"
#include "config/option_table.hpp"
#include "config/settings.hpp"
#include "config/status_types.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

constexpr Duration day = 24h;

Table make_health() {
  TableOf<Health> t{"health", ""};
  t.option("active", optional(object<ActiveHealth>(active_health_table())), &Health::active,
           "Probes that Headgate sends. `{}` probes with the defaults.");
  t.option("passive", object<PassiveHealth>(passive_health_table()), &Health::passive, "Verdicts from real requests.");
  t.option(
      "panic_percent", integer(1, 100, Zero::off), &Health::panic_percent,
      "When less than this share of the backends is usable, all are used, but those that an operator has drained. 0: "
      "never; with no usable backend requests are answered with 503.");
  return t.done();
}

Table make_active_health() {
  TableOf<ActiveHealth> t{
      "active_health",
      "One scheduler probes for all workers; the same probe that several upstreams want is sent once."};
  t.option("type", choice<ProbeType>({{"http", ProbeType::http}, {"tcp", ProbeType::tcp}, {"grpc", ProbeType::grpc}}),
           &ActiveHealth::type,
           "A request, only a connection, or a call of `grpc.health.v1.Health/Check` (see [gRPC](grpc.md)).");
  t.option("method", text("a method such as \"GET\"", method_problem), &ActiveHealth::method, "The request's method.");
  t.option("path", text("a path such as \"/healthz\"", probe_path_problem), &ActiveHealth::path, "Path and query.");
  t.option("host", text("a host", field_value_problem), &ActiveHealth::host, "The request's Host.")
      .otherwise("the backend's own address");
  t.option("service", text("the name of a gRPC service", field_value_problem), &ActiveHealth::service,
           "Whose health a `grpc` probe asks for, such as \"shop.Orders\".")
      .otherwise("that of the whole server");
  t.option("port", integer(1, 65535, Zero::off), &ActiveHealth::port, "Another port than the backend's own.");
  t.option("interval", duration(100ms, day), &ActiveHealth::interval, "From one probe to the next.");
  t.option("max_interval", duration(100ms, day), &ActiveHealth::max_interval,
           "Probes of a failing backend grow apart, doubling, up to this.");
  t.option("jitter_percent", integer(1, 50, Zero::off), &ActiveHealth::jitter_percent,
           "Each interval is longer or shorter by up to this share of it, at random.");
  t.option("timeout", duration(1ms, 1h), &ActiveHealth::timeout, "For the whole probe.");
  t.option("healthy_after", integer(1, 100), &ActiveHealth::healthy_after,
           "Successes in a row until it is used again.");
  t.option("unhealthy_after", integer(1, 100), &ActiveHealth::unhealthy_after,
           "Failures in a row until it is not used.");
  t.option("expect_status", status_ranges(100, 599), &ActiveHealth::expect_status, "Statuses that count as success.");
  t.option("expect_body", text("a string", body_problem), &ActiveHealth::expect_body,
           "What must stand in the first 64KiB of the body.");
  t.option("initial",
           choice<InitialHealth>({{"healthy", InitialHealth::healthy},
                                  {"unhealthy", InitialHealth::unhealthy},
                                  {"hold", InitialHealth::hold}}),
           &ActiveHealth::initial,
           "Of a backend that has not been probed yet: used, not used until `healthy_after` successes, or not used "
           "until its "
           "first probe.");
  return t.done();
}

Table make_passive_health() {
  TableOf<PassiveHealth> t{
      "passive_health",
      "A backend is ejected after so many failures in a row, or when so large a share of its requests "
      "fails. Each time it is ejected again soon, it stays out twice as long."};
  t.option("consecutive_failures", integer(1, 10'000, Zero::off), &PassiveHealth::consecutive_failures,
           "Failed requests in a row.");
  t.option("failure_percent", integer(1, 100, Zero::off), &PassiveHealth::failure_percent,
           "Share of the requests in `window` that failed.");
  t.option("min_requests", integer(1, 1'000'000), &PassiveHealth::min_requests,
           "Requests in `window` before `failure_percent` is looked at.");
  t.option("window", duration(1s, 1h), &PassiveHealth::window, "How far back `failure_percent` looks.");
  t.option("failure_status", status_ranges(400, 599), &PassiveHealth::failure_status,
           "Statuses that count as failures, beside connections that fail, resets and timeouts.");
  t.option("eject_for", duration(100ms, day), &PassiveHealth::eject_for, "How long it stays out the first time.");
  t.option("max_eject_for", duration(100ms, day), &PassiveHealth::max_eject_for, "The longest that it stays out.");
  t.option("max_ejected_percent", integer(1, 100, Zero::off), &PassiveHealth::max_ejected_percent,
           "Of the upstream's backends that may be ejected at once, rounded down. 0: none ever is.");
  return t.done();
}

Table make_circuit_breaker() {
  TableOf<CircuitBreaker> t{"circuit_breaker", ""};
  t.option("failure_percent", integer(1, 100), &CircuitBreaker::failure_percent,
           "Share of the requests in `window` that failed: then the breaker opens.");
  t.option("min_requests", integer(1, 1'000'000), &CircuitBreaker::min_requests, "Requests in `window` before that.");
  t.option("window", duration(1s, 1h), &CircuitBreaker::window, "How far back it looks.");
  t.option("open_for", duration(100ms, day), &CircuitBreaker::open_for,
           "No requests for this long; then some are let through to see.");
  t.option("half_open_requests", integer(1, 1000), &CircuitBreaker::half_open_requests,
           "How many at once are let through; when so many have succeeded, the breaker closes.");
  return t.done();
}

Table make_retry() {
  TableOf<Retry> t{
      "retry",
      "Only before a byte of a response went to the client, only idempotent methods unless nothing of the request "
      "can have been processed, and only bodies that are still in the buffer."};
  t.option("attempts", integer(1, 10, Zero::off), &Retry::attempts, "Further attempts, after the first.");
  t.option(
      "on", retry_on(), &Retry::on,
      "Failures that are worth it: `connect_failure`, `reset`, `timeout`, statuses and ranges of them; of gRPC calls "
      "`grpc_unavailable`, `grpc_resource_exhausted`, `grpc_deadline_exceeded`, `grpc_cancelled`, `grpc_internal`.");
  t.option("budget_percent", integer(1, 100, Zero::no_limit), &Retry::budget_percent,
           "Share of an upstream's requests that may be retries, in each worker: of those that run, or of the last "
           "seconds'.");
  t.option("non_idempotent", boolean(), &Retry::non_idempotent,
           "Also POST, PATCH and unknown methods, which a backend may then see twice.");
  t.option("backoff", object<Backoff>(backoff_table()), &Retry::backoff, "The pause before a further attempt.");
  t.option("per_try_timeout", duration(1ms, day, Zero::off), &Retry::per_try_timeout,
           "For each attempt up to the response's head. It counts as a `timeout`.");
  t.option("buffer_bytes", size(1, 16ULL * 1024 * 1024, Zero::off), &Retry::buffer_bytes,
           "Of a request's body kept for another attempt. A longer one is sent once.");
  return t.done();
}

Table make_backoff() {
  TableOf<Backoff> t{"backoff", "A pause is a random time up to a bound, which doubles with each attempt."};
  t.option("base", duration(1ms, 1h, Zero::off), &Backoff::base, "The first bound. 0: no pauses.");
  t.option("max", duration(1ms, 1h), &Backoff::max, "The highest bound.");
  return t.done();
}

}  // namespace

const Table& health_table() {
  static const Table table = make_health();
  return table;
}
const Table& active_health_table() {
  static const Table table = make_active_health();
  return table;
}
const Table& passive_health_table() {
  static const Table table = make_passive_health();
  return table;
}
const Table& circuit_breaker_table() {
  static const Table table = make_circuit_breaker();
  return table;
}
const Table& retry_table() {
  static const Table table = make_retry();
  return table;
}
const Table& backoff_table() {
  static const Table table = make_backoff();
  return table;
}

}  // namespace headgate::config
