#include "config/container_types.hpp"
#include "config/option_table.hpp"
#include "config/settings.hpp"
#include "config/shorthand.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

Type<std::string> strategy() {
  Type<std::string> out = text("\"round_robin\"", strategy_problem);
  out.shape.schema = or_reference({{"enum", Json::array({"round_robin"})}});
  return out;
}

Type<std::vector<Backend>> backends() {
  Type<std::vector<Backend>> out = array(object<Backend>(backend_table()));
  out.shape.label = "array of urls or backend objects";
  out.shape.schema["items"] = short_backend_shape().schema;
  out.shape.schema["minItems"] = 1;
  return out;
}

/// The one strategy that there is has no use for weights.
Type<std::uint32_t> equal_weight() {
  Type<std::uint32_t> out = integer(1, 1);
  out.shape.label = "1";
  out.shape.expected = "1: other weights are not supported by this version";
  out.read = [shape = out.shape](const Node& node, std::uint32_t&, Findings& findings) {
    if (node.kind != Node::Kind::integer || node.negative || node.number != 1) report(node, shape, "", findings);
  };
  return out;
}

Table make_upstream() {
  TableOf<Upstream> t{"upstream",
                      "A group of backends that serve the same thing. Its name is its key. When the connection to a "
                      "backend cannot be made, the next one gets the request, up to three; a request that may "
                      "have reached a backend never goes to another one (see [HTTP](http.md))."};
  t.option("strategy", strategy(), &Upstream::strategy, "How a backend is picked. This version has `round_robin`.");
  t.required("backends", backends(), &Upstream::backends,
             "At least one. A plain url is short for an object with that `url`.");
  t.option("keep_alive", object<KeepAlive>(keep_alive_table()), &Upstream::keep_alive,
           "Connections that are kept for the next request.");
  t.option("timeouts", object<UpstreamTimeouts>(upstream_timeouts_table()), &Upstream::timeouts,
           "How long a backend may take.");
  t.option("preserve_host", boolean(), &Upstream::preserve_host,
           "Send the client's Host. Off: the backend's own address.");
  t.later({"health", "retry", "circuit_breaker", "sticky", "protocol", "tls"});
  return t.done();
}

Table make_backend() {
  TableOf<Backend> t{"backend", "One server."};
  t.required(
      "url", backend_address(), &Backend::address,
      "`http://host[:port]` with a name or an address, port 80 unless given, or `unix:/path`. No path, query or user.");
  t.option("weight", equal_weight(), &Backend::weight,
           "Its share of the upstream's requests. `round_robin` gives every backend the same.");
  t.later({"backup", "max_connections"});
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
  t.option("connect", duration(1ms, 1h), &UpstreamTimeouts::connect, "To look the name up and connect.");
  t.option("first_byte", duration(1ms, 24h), &UpstreamTimeouts::first_byte,
           "From the end of the request, or a pause in sending it, to the response's first byte.");
  t.option("idle", duration(1ms, 24h), &UpstreamTimeouts::idle,
           "Without a byte, in the middle of a message, either way.");
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
