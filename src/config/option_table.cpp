#include "config/option_table.hpp"

#include <map>
#include <string>

#include "config/address.hpp"
#include "config/container_types.hpp"
#include "config/settings.hpp"
#include "config/shorthand.hpp"
#include "config/switch_type.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

constexpr Duration day = 24h;
constexpr std::uint64_t KiB = 1024;
constexpr std::uint64_t MiB = 1024 * KiB;
constexpr std::uint64_t GiB = 1024 * MiB;

Type<std::map<std::string, ErrorPage>> error_pages() {
  return map(object<ErrorPage>(error_page_table()), error_page_key_problem);
}

Table make_root() {
  TableOf<Settings> t{"configuration", "The root object of the file."};
  t.shorthand("$schema", string_shape("a string"), "Where editors find the JSON Schema. Headgate ignores it.");
  t.shorthand("listen", short_listen_shape(),
              "Short form: the address or addresses to listen on. Comes with \"backends\", without \"listeners\", "
              "\"routes\" and \"upstreams\".");
  t.shorthand("backends", array_shape(short_backend_shape()),
              "Short form: the backends that all requests go to, in an upstream named \"default\".");
  t.option("workers", auto_or_integer(256), &Settings::workers,
           "Worker threads. \"auto\" is one for each CPU that the process may use. A change needs a restart.");
  t.option("listeners", array(object<Listener>(listener_table())), &Settings::listeners,
           "Where Headgate accepts connections. At least one, unless the short form is used.");
  t.option("trusted_proxies", array(normalised("a network such as \"10.0.0.0/8\" or \"unix:\"", parse_trusted_peer)),
           &Settings::trusted_proxies,
           "Networks whose X-Forwarded-For and X-Request-Id are believed; `unix:` stands for every peer on a Unix "
           "socket. From anyone else they are replaced; with `forwarding.x_forwarded` or `forwarding.request_id` off, "
           "what anyone sends in the fields of that switch passes to the backend as it came.");
  t.option("routes", array(object<Route>(route_table())), &Settings::routes,
           "What happens to a request. The most specific match wins, whatever the order.");
  t.option("upstreams", map(object<Upstream>(upstream_table())), &Settings::upstreams,
           "Groups of backends, by name. Routes refer to them.");
  t.option("paths", object<PathNormalisation>(paths_table()), &Settings::paths,
           "How paths are normalised before they are matched.");
  t.option("forwarding", object<Forwarding>(forwarding_table()), &Settings::forwarding,
           "Header fields that tell backends about the client.");
  t.option("limits", object<Limits>(limits_table()), &Settings::limits,
           "Upper bounds for what clients and backends may send.");
  t.option("timeouts", object<Timeouts>(timeouts_table()), &Settings::timeouts,
           "How long clients may take. Those of backends stand in each upstream.");
  t.option("http2", object<Http2>(http2_table()), &Settings::http2,
           "Bounds of clients' HTTP/2 connections (see [HTTP/2](http2.md)).");
  t.option("logging", object<Logging>(logging_table()), &Settings::logging, "The hourly log files.");
  t.option("error_pages", error_pages(), &Settings::error_pages,
           "Bodies of our own error responses, by status (`503`) or class (`5xx`).");
  t.option("resolver", object<Resolver>(resolver_table()), &Settings::resolver, "How backends' names are looked up.");
  t.option(
      "admin", optional(object<Admin>(admin_table())), &Settings::admin,
      "The listener for operators: health, metrics, status, drains (see [Admin](admin.md)). `{}` opens it with its "
      "defaults.");
  t.option("state", object<State>(state_table()), &Settings::state,
           "Where verdicts about backends are kept (see [State](state.md)).");
  t.option("watch", boolean(), &Settings::watch,
           "Reload when the file, or a file that ${file:} names, changes. SIGHUP reloads in any case.");
  t.conditions(root_conditions());
  return t.done();
}

Table make_listener() {
  TableOf<Listener> t{"listener", "One address to accept connections on."};
  t.option("name", text("a name", listener_name_problem), &Listener::name, "Used in logs and metrics. Unique.")
      .otherwise("its address");
  t.required(
      "address", listen_address(), &Listener::address,
      "`host:port` with an IPv4 address or `localhost` (127.0.0.1), `[v6]:port`, `:port` for every IPv4 address, "
      "`[::]:port` for IPv6 and IPv4, or `unix:/path`. Port 0 lets the kernel choose.");
  t.option("backlog", integer(1, 65535), &Listener::backlog,
           "Connections that the kernel queues until they are accepted. The kernel's net.core.somaxconn caps it.");
  t.option("defer_accept", boolean(), &Listener::defer_accept,
           "Let the kernel hold a TCP connection back until its first bytes are there, or for about a second: "
           "connections cost less. Ignored for Unix sockets.");
  t.option("unix_mode", text("octal permissions such as \"0660\"", unix_mode_problem), &Listener::unix_mode,
           "Permissions of a Unix socket's file.");
  t.option("tls", optional(object<ListenerTls>(listener_tls_table())), &Listener::tls,
           "Encrypts the listener's connections (see [TLS](tls.md)).")
      .otherwise("none: plain HTTP");
  t.option("https_redirect", boolean(), &Listener::https_redirect,
           "Answer plain requests with a redirect to https (308), but those below `/.well-known/acme-challenge/`. A "
           "request that a trusted proxy got by https (X-Forwarded-Proto) counts as encrypted.");
  t.option("https_port", integer(1, 65535), &Listener::https_port, "The port that `https_redirect` leads to.");
  t.option("proxy_protocol",
           switch_or_word(ProxyProtocol::off, std::optional{ProxyProtocol::required},
                          {{"optional", ProxyProtocol::optional}, {"required", ProxyProtocol::required}}),
           &Listener::proxy_protocol,
           "Whether connections begin with a header of the PROXY protocol, which says whose they are (see [PROXY "
           "protocol](proxy-protocol.md)). `true` is `\"required\"`. Only peers in `trusted_proxies` may send one.");
  t.option("protocols", array(choice<Protocol>({{"h2", Protocol::http2}, {"http/1.1", Protocol::http1}})),
           &Listener::protocols,
           "The one that we like best first: with `tls` the client and we choose one by ALPN. Without, `h2` is for "
           "clients that know; a listener with both tells them by their first bytes (see [HTTP/2](http2.md)).")
      .otherwise("`[\"h2\", \"http/1.1\"]` with `tls`, else `[\"http/1.1\"]`");
  return t.done();
}

Table make_paths() {
  TableOf<PathNormalisation> t{"paths",
                               "Dot segments and percent-encoded unreserved characters are always resolved before "
                               "matching; encoded slashes stay as they are."};
  t.option("merge_slashes", boolean(), &PathNormalisation::merge_slashes, "Match `//` as `/`.");
  return t.done();
}

Table make_forwarding() {
  TableOf<Forwarding> t{"forwarding",
                        "What a client sends in these fields is believed only when it is in `trusted_proxies`. The "
                        "fields of a switch that is off pass to the backend as they came, a stranger's too: "
                        "`request_headers.remove` of a route drops them."};
  t.option("x_forwarded", boolean(), &Forwarding::x_forwarded,
           "Send X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host.");
  t.option("x_real_ip", boolean(), &Forwarding::x_real_ip, "Send X-Real-IP with the client's address.");
  t.option("forwarded", boolean(), &Forwarding::forwarded, "Send Forwarded (RFC 7239).");
  t.option("via", boolean(), &Forwarding::via, "Add Via to requests and responses (RFC 9110, section 7.6.3).");
  t.option("via_name", text("a name", via_name_problem), &Forwarding::via_name, "The name that Via carries.");
  t.option("request_id", boolean(), &Forwarding::request_id,
           "Send X-Request-Id: the one that a trusted proxy sent, else a new one.");
  t.option("response_request_id", boolean(), &Forwarding::response_request_id,
           "Put X-Request-Id on every response. Error pages always carry it, but for the refusal by "
           "`limits.connections`, which is sent before anything was read.");
  return t.done();
}

Table make_limits() {
  TableOf<Limits> t{"limits",
                    "What is larger is refused: 413, 414 or 431 for requests, 502 for responses, 503 for connections."};
  t.option("head_bytes", size(KiB, MiB), &Limits::head_bytes, "The head of a request or response, in bytes.");
  t.option("header_count", integer(1, 1000), &Limits::header_count, "Header fields in one head.");
  t.option("target_bytes", size(64, MiB), &Limits::target_bytes,
           "The target in a request line, in bytes. No more than `head_bytes` takes effect.");
  t.option("body_bytes", size(1, 1024 * GiB, Zero::no_limit), &Limits::body_bytes,
           "A request's body, in bytes. Routes may have their own.");
  t.option("connections", integer(1, 10'000'000, Zero::no_limit), &Limits::connections,
           "Client connections in the whole process.");
  return t.done();
}

Table make_timeouts() {
  TableOf<Timeouts> t{"timeouts",
                      "All of them run out on silence or on one step, never on a transfer that makes progress."};
  t.option("client_handshake", duration(1ms, 1h), &Timeouts::client_handshake,
           "From accept to the end of the TLS handshake.");
  t.option("client_proxy_header", duration(1ms, 1h), &Timeouts::client_proxy_header,
           "From accept to the end of the PROXY header, on listeners with `proxy_protocol`.");
  t.option("client_head", duration(1ms, 1h), &Timeouts::client_head,
           "From the first byte of a request head, or from accept, to the head's end.");
  t.option("client_body_idle", duration(1ms, 720h), &Timeouts::client_body_idle,
           "Without a byte of the request body. Routes may have their own.");
  t.option("client_idle", duration(1ms, day), &Timeouts::client_idle,
           "How long a keep-alive connection may stay unused.");
  t.option("client_write_idle", duration(1ms, day), &Timeouts::client_write_idle,
           "Without the client taking a byte of the response.");
  t.option("client_linger", duration(1ms, 1h), &Timeouts::client_linger,
           "After an answer that came before the end of the request: how long the rest is read, so that the answer is "
           "not lost.");
  t.option("ocsp_fetch", duration(1ms, 1h), &Timeouts::ocsp_fetch,
           "For an answer of the responder that a certificate with `ocsp_fetch` names.");
  t.option(
      "drain", duration(1ms, day), &Timeouts::drain,
      "How long running requests get when Headgate stops, or a reload removes their listener. A second TERM, INT or "
      "QUIT ends them at once.");
  return t.done();
}

Table make_logging() {
  TableOf<Logging> t{"logging",
                     "Each hour has files of its own: `log_YYYY_MM_DD_HH.log` and `access_YYYY_MM_DD_HH.log`, one JSON "
                     "object a line."};
  t.option("directory", text("a directory", directory_problem), &Logging::directory,
           "Created when missing. Relative to the working directory.");
  t.option(
      "level",
      choice<LogLevel>(
          {{"debug", LogLevel::debug}, {"info", LogLevel::info}, {"warn", LogLevel::warn}, {"error", LogLevel::error}}),
      &Logging::level, "The least level that is written.");
  t.option("access", boolean(), &Logging::access, "Write a line for each request into the access log.");
  t.option("retention", duration(1h, 876'000h, Zero::no_limit), &Logging::retention, "Older files are deleted.");
  t.option("max_total_bytes", size(MiB, 1024 * 1024 * GiB, Zero::no_limit), &Logging::max_total_bytes,
           "All log files together, in bytes. The oldest are deleted first.");
  t.option("queue_records", integer(64, 1'048'576), &Logging::queue_records,
           "Records that may wait to be written. When the queue is full, further records are dropped and counted.");
  t.option("time_zone", time_zone(), &Logging::local_time,
           "Of file names, the turn of the hour and the times inside the files. \"local\" times carry their offset.");
  t.option("console", boolean(), &Logging::console, "Write the records to stderr too.");
  return t.done();
}

}  // namespace

const Table& root_table() {
  static const Table table = make_root();
  return table;
}
const Table& listener_table() {
  static const Table table = make_listener();
  return table;
}
const Table& paths_table() {
  static const Table table = make_paths();
  return table;
}
const Table& forwarding_table() {
  static const Table table = make_forwarding();
  return table;
}
const Table& limits_table() {
  static const Table table = make_limits();
  return table;
}
const Table& timeouts_table() {
  static const Table table = make_timeouts();
  return table;
}
const Table& logging_table() {
  static const Table table = make_logging();
  return table;
}

}  // namespace headgate::config
