#include "config/container_types.hpp"
#include "config/option_table.hpp"
#include "config/settings.hpp"
#include "config/shorthand.hpp"
#include "config/switch_type.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

Type<std::string> strategy() {
  Type<std::string> out = text("the name of a strategy", strategy_problem);
  out.shape.schema = or_reference({{"enum", strategy_names()}});
  return out;
}

Type<std::vector<Backend>> backends() {
  Type<std::vector<Backend>> out = array(object<Backend>(backend_table()));
  out.shape.label = "array of urls or backend objects";
  out.shape.schema["items"] = short_backend_shape().schema;
  out.shape.schema["minItems"] = 1;
  return out;
}

Table make_upstream() {
  TableOf<Upstream> t{"upstream", "A group of backends that serve the same thing. Its name is its key."};
  t.option("strategy", strategy(), &Upstream::strategy,
           "How a backend is picked: `round_robin`, `weighted_round_robin`, `least_connections`, `ip_hash`, `hash`, "
           "`random`, `power_of_two` or `peak_ewma` (see [Balancing](balancing.md)).");
  t.required("backends", backends(), &Upstream::backends,
             "At least one. A plain url is short for an object with that `url`.");
  t.option("hash", object<Hash>(hash_table()), &Upstream::hash, "For `hash` and `ip_hash`.");
  t.option("sticky", optional(object<Sticky>(sticky_table())), &Upstream::sticky,
           "A cookie that brings a client back to its backend.");
  t.option("slow_start", duration(1s, 1h, Zero::off), &Upstream::slow_start,
           "A backend that comes back, or joins by a reload, gets a share that grows from a tenth to its full weight "
           "in this "
           "time. `hash` and `ip_hash` do not look at it.");
  t.option("queue", object<Queue>(queue_table()), &Upstream::queue,
           "Requests that wait while every usable backend is at its `max_connections`.");
  t.option("health", object<Health>(health_table()), &Upstream::health,
           "How it is found out which backends can be used (see [Health](health.md)).");
  t.option("circuit_breaker", optional(object<CircuitBreaker>(circuit_breaker_table())), &Upstream::circuit_breaker,
           "Stops requests to a backend, each by its own breaker, while too many of them fail.");
  t.option("retry", object<Retry>(retry_table()), &Upstream::retry,
           "When a failed request is sent again (see [Retries](retries.md)).");
  t.option("protocol",
           choice<UpstreamProtocol>({{"http/1.1", UpstreamProtocol::http1},
                                     {"h2", UpstreamProtocol::http2},
                                     {"auto", UpstreamProtocol::automatic}}),
           &Upstream::protocol,
           "What backends are spoken to in. `h2`: HTTP/2, of http by prior knowledge. `auto`: HTTP/2 or HTTP/1.1, as a "
           "backend of https chooses (see [HTTP/2](http2.md)).");
  t.option("http2", object<UpstreamHttp2>(upstream_http2_table()), &Upstream::http2,
           "Of each HTTP/2 connection to a backend.");
  t.option("keep_alive", object<KeepAlive>(keep_alive_table()), &Upstream::keep_alive,
           "Connections that are kept for the next request.");
  t.option("timeouts", object<UpstreamTimeouts>(upstream_timeouts_table()), &Upstream::timeouts,
           "How long a backend may take.");
  t.option("tls", object<UpstreamTls>(upstream_tls_table()), &Upstream::tls, "How backends of https are spoken to.");
  t.option("proxy_protocol",
           switch_or_word(base::ProxyVersion::none, std::optional<base::ProxyVersion>{},
                          {{"v1", base::ProxyVersion::v1}, {"v2", base::ProxyVersion::v2}}),
           &Upstream::proxy_protocol,
           "The version of the PROXY protocol whose header each connection to a backend begins with (see [PROXY "
           "protocol](proxy-protocol.md)).");
  t.option("preserve_host", boolean(), &Upstream::preserve_host,
           "Send the client's Host. Off: the backend's own address.");
  return t.done();
}

Table make_backend() {
  TableOf<Backend> t{"backend", "One server."};
  t.required("url", backend_address(), &Backend::address,
             "`http://host[:port]` or `https://host[:port]` with a name or an address, port 80 or 443 unless given, or "
             "`unix:/path`. No path, query or user.");
  t.option(
      "weight", integer(0, 1000), &Backend::weight,
      "Its share of the upstream's requests, against the sum of all weights. 0: no new requests. `round_robin` gives "
      "every backend with a weight the same.");
  t.option("backup", boolean(), &Backend::backup, "Takes requests only while no backend that is no backup can.");
  t.option("max_connections", integer(1, 1'000'000, Zero::no_limit), &Backend::max_connections,
           "Requests that may run on it at once, over all workers.");
  return t.done();
}

Table make_keep_alive() {
  TableOf<KeepAlive> t{"keep_alive", ""};
  t.option("max_idle", integer(1, 65535, Zero::off), &KeepAlive::max_idle,
           "Idle connections kept, for each backend and worker. 0: no connection is used twice.");
  t.option("idle_timeout", duration(1ms, 24h), &KeepAlive::idle_timeout,
           "An idle connection is closed after this. Keep it below the backend's own keep-alive timeout.");
  t.option("max_age", duration(1s, 8760h, Zero::no_limit), &KeepAlive::max_age,
           "An older connection is not used again.");
  return t.done();
}

Table make_upstream_timeouts() {
  TableOf<UpstreamTimeouts> t{"upstream_timeouts", ""};
  t.option("connect", duration(1ms, 1h), &UpstreamTimeouts::connect,
           "To connect; of https, as much again for the handshake.");
  t.option("first_byte", duration(1ms, 720h), &UpstreamTimeouts::first_byte,
           "From the end of the request, or a pause in sending it, to the response's first byte.");
  t.option("idle", duration(1ms, 720h), &UpstreamTimeouts::idle,
           "Without a byte, in the middle of a message, either way.");
  t.option("tunnel_idle", duration(1ms, 720h), &UpstreamTimeouts::tunnel_idle,
           "Without a byte through a tunnel (WebSocket, CONNECT), in neither direction; or with one side taking none.");
  return t.done();
}

}  // namespace

const Table& upstream_table() {
  static const Table table = make_upstream();
  return table;
}
const Table& backend_table() {
  static const Table table = make_backend();
  return table;
}
const Table& keep_alive_table() {
  static const Table table = make_keep_alive();
  return table;
}
const Table& upstream_timeouts_table() {
  static const Table table = make_upstream_timeouts();
  return table;
}

}  // namespace headgate::config
