// An upstream of the configuration as plain values: backends, balancing, health, retries.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/connection_source.hpp"
#include "base/grpc_status.hpp"
#include "config/tls_settings.hpp"
#include "headgate/endpoint.hpp"

namespace headgate::config {

using Duration = std::chrono::milliseconds;
using namespace std::chrono_literals;

struct Backend {
  Endpoint address;          ///< from "url": "http[s]://host:port" or "http[s]://unix:/path.sock" or "unix:/path.sock"
  std::uint32_t weight = 1;  ///< 0: no new requests
  bool backup = false;       ///< takes requests only while no other backend can
  std::uint32_t max_connections = 0;  ///< requests running at once, over all workers; 0: unlimited
};

/// What `hash` makes its key of.
enum class HashSource : std::uint8_t { uri, header, cookie };

struct Hash {
  HashSource key = HashSource::uri;
  std::string name;                    ///< of the header or cookie
  std::uint32_t max_load_percent = 0;  ///< of the mean load that one backend may have; 0: unbounded
  friend bool operator==(const Hash&, const Hash&) = default;
};

/// Requests that wait while every usable backend is at its max_connections.
struct Queue {
  std::uint32_t size = 256;  ///< for each worker; 0: nobody waits
  Duration timeout = 3s;
  friend bool operator==(const Queue&, const Queue&) = default;
};

enum class SameSite : std::uint8_t { lax, strict, none };

struct Sticky {
  std::string cookie = "headgate";
  Duration ttl = 1h;                  ///< 0: until the browser closes
  std::optional<std::string> secret;  ///< default: generated, and kept in the state store
  SameSite same_site = SameSite::lax;
  bool secure = false;  ///< the Secure attribute
  bool http_only = true;
  std::string path = "/";
};

struct StatusRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;  ///< included
  [[nodiscard]] constexpr bool contains(std::uint16_t status) const { return status >= first && status <= last; }
  friend bool operator==(const StatusRange&, const StatusRange&) = default;
};
using StatusRanges = std::vector<StatusRange>;

inline bool contains(const StatusRanges& ranges, std::uint16_t status) {
  for (const StatusRange& range : ranges)
    if (range.contains(status)) return true;
  return false;
}

enum class ProbeType : std::uint8_t { http, tcp, grpc };
/// Of a backend that no probe has seen yet.
enum class InitialHealth : std::uint8_t { healthy, unhealthy, hold };

struct ActiveHealth {
  ProbeType type = ProbeType::http;
  std::string method = "GET";
  std::string path = "/";
  std::string host;        ///< of the probe's Host field; empty: the backend's own address
  std::string service;     ///< grpc: whose health is asked for; empty: the whole server's
  std::uint32_t port = 0;  ///< 0: the backend's own
  Duration interval = 5s;
  Duration max_interval = 60s;  ///< probes of a failing backend grow apart up to it
  std::uint32_t jitter_percent = 10;
  Duration timeout = 2s;
  std::uint32_t healthy_after = 2;
  std::uint32_t unhealthy_after = 3;
  StatusRanges expect_status{{200, 399}};
  std::string expect_body;  ///< a part of it; empty: any
  InitialHealth initial = InitialHealth::healthy;
};

struct PassiveHealth {
  std::uint32_t consecutive_failures = 5;  ///< 0: off
  std::uint32_t failure_percent = 0;       ///< of the window's requests; 0: off
  std::uint32_t min_requests = 20;         ///< in the window, before failure_percent is looked at
  Duration window = 10s;
  StatusRanges failure_status{{502, 504}};  ///< responses that count as failures, beside those without a response
  Duration eject_for = 10s;
  Duration max_eject_for = 300s;
  std::uint32_t max_ejected_percent = 50;  ///< of the upstream's backends
};

struct Health {
  std::optional<ActiveHealth> active;
  PassiveHealth passive;
  std::uint32_t panic_percent = 0;  ///< with less than this share usable, all are used; 0: never
};

struct Backoff {
  Duration base = 25ms;
  Duration max = 1s;
};

/// Which failures are worth another attempt.
struct RetryOn {
  bool connect_failure = true;
  bool reset = true;
  bool timeout = false;
  StatusRanges status{{502, 504}};
  base::GrpcStatuses grpc{};  ///< of calls that the backend refused
};

struct Retry {
  std::uint32_t attempts = 2;  ///< after the first; 0: none
  RetryOn on;
  std::uint32_t budget_percent = 20;  ///< of the active requests that may be retries, of at least three; 0: unlimited
  bool non_idempotent = false;        ///< also methods that are not idempotent
  Backoff backoff;
  Duration per_try_timeout = 0ms;             ///< from the pick to the response's head; 0: only the upstream's timeouts
  std::uint64_t buffer_bytes = 64ULL * 1024;  ///< of a request body, kept for another attempt; 0: none
};

struct CircuitBreaker {
  std::uint32_t failure_percent = 50;
  std::uint32_t min_requests = 20;
  Duration window = 10s;
  Duration open_for = 5s;
  std::uint32_t half_open_requests = 3;
};

struct KeepAlive {
  std::uint32_t max_idle = 64;  ///< idle connections kept, per backend and worker; 0: no reuse
  Duration idle_timeout = 50s;  ///< below the usual 60 s of servers, so that we close first
  Duration max_age = 1h;        ///< a connection older than this is not used again; 0: no limit
};

/// What backends are spoken to in.
enum class UpstreamProtocol : std::uint8_t {
  http1,
  http2,      ///< of http: prior knowledge
  automatic,  ///< of https: as the backend chooses (ALPN), HTTP/2 first; of http: HTTP/1.1
};

/// Of each HTTP/2 connection to a backend.
struct UpstreamHttp2 {
  std::uint32_t max_streams = 100;           ///< requests at a time, or fewer if the backend says so
  std::uint64_t stream_window = 256 * 1024;  ///< bytes of a response's body that we hold for a slow client
  std::uint64_t header_table_bytes = 4096;   ///< HPACK's memory of fields, each way
  friend bool operator==(const UpstreamHttp2&, const UpstreamHttp2&) = default;
};

struct UpstreamTimeouts {
  Duration connect = 3s;
  Duration first_byte = 60s;  ///< from the end of the request (or a pause in sending it) to the response's first byte
  Duration idle = 60s;        ///< without a byte, in the middle of a message, either way
  Duration tunnel_idle = 1h;  ///< without a byte through a tunnel, both ways together
};

struct Upstream {
  std::string name;
  std::string strategy = "round_robin";
  std::vector<Backend> backends;
  Hash hash;
  std::optional<Sticky> sticky;
  Duration slow_start = 0ms;  ///< a backend that came back takes its full share only after it; 0: at once
  Queue queue;
  Health health;
  std::optional<CircuitBreaker> circuit_breaker;
  Retry retry;
  UpstreamProtocol protocol = UpstreamProtocol::http1;
  UpstreamHttp2 http2;
  KeepAlive keep_alive;
  UpstreamTimeouts timeouts;
  UpstreamTls tls;                                               ///< for backends of https
  base::ProxyVersion proxy_protocol = base::ProxyVersion::none;  ///< of the header that connections begin with
  bool preserve_host = true;  ///< forward the client's Host; false: the backend's own address
};

}  // namespace headgate::config
