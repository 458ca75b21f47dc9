// The whole configuration as plain values, after parsing and validation. Defaults stand here, once: the option table
// (option_table.cpp) reads them from default-constructed structs for parser, schema and reference docs.
// Shapes follow the configuration file; names of members are the file's keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/file_term.hpp"
#include "config/tls_settings.hpp"
#include "config/upstream_settings.hpp"
#include "headgate/endpoint.hpp"

namespace headgate::config {

/// Whether connections begin with a header of the PROXY protocol.
enum class ProxyProtocol : std::uint8_t { off, optional, required };
enum class Protocol : std::uint8_t { http2, http1 };

struct Listener {
  std::string name;  ///< default: its address
  Endpoint address;
  std::uint32_t backlog = 4096;    ///< connections the kernel queues before accept
  bool defer_accept = true;        ///< TCP: accept when the first bytes are there, or after about a second
  std::string unix_mode = "0660";  ///< permissions of a Unix socket, octal
  std::optional<ListenerTls> tls;  ///< none: plain
  bool https_redirect = false;     ///< requests in plain text are sent to https
  std::uint32_t https_port = 443;  ///< there
  ProxyProtocol proxy_protocol = ProxyProtocol::off;
  std::vector<Protocol>
      protocols;  ///< the one that we like best first; default: h2 and http/1.1 with TLS, else http/1.1
};

/// A change of header fields, in this order: remove, set, add. Names are compared case-insensitively.
struct HeaderChanges {
  std::vector<std::pair<std::string, std::string>> set;
  std::vector<std::pair<std::string, std::string>> add;
  std::vector<std::string> remove;
  [[nodiscard]] bool empty() const { return set.empty() && add.empty() && remove.empty(); }
};

struct Match {
  std::vector<std::string> hosts;          ///< exact or "*.example.org" (one or more labels); empty: every host
  std::optional<std::string> path;         ///< exact
  std::optional<std::string> path_prefix;  ///< on segment borders: "/v1" matches "/v1" and "/v1/x", not "/v10"
  std::optional<std::string> path_regex;   ///< RE2, anchored at both ends
  std::vector<std::string> methods;
  std::vector<std::pair<std::string, std::string>> headers;  ///< name to exact value; "*" : present
  std::vector<std::pair<std::string, std::string>> query;    ///< parameter to exact value; "*" : present
};

struct WeightedUpstream {
  std::string name;
  std::uint32_t weight = 1;  ///< 0: takes no traffic
};

struct Rewrite {
  std::optional<std::string> replace_prefix;  ///< replaces the matched path_prefix
  std::optional<std::string> regex;           ///< RE2 on the path
  std::string replacement;                    ///< with \1 .. \9
};

struct Redirect {
  std::uint16_t status = 308;  ///< 301, 302, 307, 308
  /// Absolute or relative; "${scheme}", "${host}", "${path}", "${query}" (with its '?') are filled in.
  std::string location;
};

struct FixedResponse {
  std::uint16_t status = 200;  ///< 200 to 599
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

struct Route {
  std::string name;  ///< default: "route-<index>"
  Match match;
  std::vector<WeightedUpstream> upstreams;  ///< "upstream": "x" is one of weight 1
  std::optional<Rewrite> rewrite;
  std::optional<Redirect> redirect;  ///< exactly one of upstreams, redirect and respond
  std::optional<FixedResponse> respond;
  HeaderChanges request_headers;
  HeaderChanges response_headers;
  std::optional<std::uint64_t> body_bytes;        ///< overrides limits.body_bytes; 0: unlimited
  std::optional<Duration> client_body_idle;       ///< overrides timeouts.client_body_idle
  std::optional<Retry> retry;                     ///< takes the place of the upstream's
  std::vector<std::string> upgrade{"websocket"};  ///< protocols that requests may switch to
  bool connect = false;                           ///< CONNECT opens a tunnel to a backend
};

struct Limits {
  std::uint64_t head_bytes = 32 * 1024;  ///< request or response head
  std::uint32_t header_count = 100;
  std::uint64_t target_bytes = 8 * 1024;
  std::uint64_t body_bytes = 10 * 1024 * 1024;  ///< 0: unlimited
  std::uint32_t connections = 0;                ///< client connections in the whole process; 0: unlimited
};

struct Timeouts {
  Duration client_handshake = 10s;     ///< TLS: from accept to the end of the handshake
  Duration client_proxy_header = 10s;  ///< from accept to the end of a PROXY header
  Duration client_head = 10s;          ///< first byte of a head (or accept) to its end
  Duration client_body_idle = 30s;
  Duration client_idle = 75s;
  Duration client_write_idle = 60s;  ///< without the client taking a byte of the response
  Duration client_linger = 5s;       ///< after an early close: reading on, so that the last response is not lost
  Duration ocsp_fetch = 10s;         ///< from the look-up of the responder to the end of its answer
  Duration drain = 30s;
};

/// Of each client's HTTP/2 connection.
struct Http2 {
  std::uint32_t max_streams = 128;                     ///< requests at a time
  std::uint64_t stream_window = 256 * 1024;            ///< bytes of a request's body that we hold for a slow backend
  std::uint64_t connection_window = 12 * 1024 * 1024;  ///< the same for all requests together
  std::uint64_t header_table_bytes = 4096;             ///< HPACK's memory of fields, each way
  std::uint32_t resets = 200;                          ///< streams abandoned, or reset for a mistake, in 10 s
  std::uint32_t control_frames = 1000;                 ///< frames that ask for nothing, in 10 s
  friend bool operator==(const Http2&, const Http2&) = default;
};

struct Forwarding {
  bool x_forwarded = true;  ///< X-Forwarded-For, -Proto, -Host
  bool x_real_ip = true;
  bool forwarded = false;  ///< RFC 7239
  bool via = false;        ///< RFC 9110 s7.6.3, both ways
  std::string via_name = "headgate";
  bool request_id = true;            ///< X-Request-Id upstream
  bool response_request_id = false;  ///< X-Request-Id on every response (error pages always have it)
};

/// How paths are normalised before they are matched. Dot segments and percent-encoded unreserved characters always are.
struct PathNormalisation {
  bool merge_slashes = true;  ///< "//" is matched as "/"
};

enum class LogLevel : std::uint8_t { debug, info, warn, error };

struct Logging {
  std::string directory = "logs";  ///< relative to the working directory
  LogLevel level = LogLevel::warn;
  bool access = false;
  Duration retention = 168h;                              ///< 0: for ever
  std::uint64_t max_total_bytes = 1024ULL * 1024 * 1024;  ///< oldest files go first; 0: unlimited
  std::uint32_t queue_records = 8192;                     ///< a full queue drops records, counted
  bool local_time = false;  ///< "time_zone": "utc" or "local", for file names and rotation
  bool console = false;     ///< also write records to stderr
};

/// Bodies of error responses by media type, with "${status}", "${reason}" and "${request_id}" to fill in.
struct ErrorPage {
  std::optional<std::string> html;
  std::optional<std::string> json;
  std::optional<std::string> text;
};

/// How backends' names are looked up.
struct Resolver {
  std::vector<std::string> nameservers;  ///< "host:port"; empty: those of the system
  Duration timeout = 2s;                 ///< of one query
  Duration min_ttl = 1s;
  Duration max_ttl = 300s;
};

/// The listener for operators.
struct Admin {
  Endpoint address{"127.0.0.1", 9901, ""};
  std::optional<std::string> token;  ///< bearer token; none: everybody who reaches the address may
  Duration timeout = 10s;            ///< for a request to come whole, and for its response to be taken
  Duration idle_timeout = 60s;       ///< of a connection between two requests
  std::uint32_t connections = 64;    ///< open at once; further ones are closed
};

enum class StateStore : std::uint8_t { memory, file, redis };

struct Redis {
  std::string url = "redis://127.0.0.1:6379/0";
  std::string prefix = "headgate:";
  Duration timeout = 500ms;  ///< of a connection attempt and of a reply
  Duration ttl = 1h;         ///< of an entry that nobody renews
  friend bool operator==(const Redis&, const Redis&) = default;
};

/// Where verdicts about backends are kept.
struct State {
  StateStore store = StateStore::memory;
  std::string path = "headgate.state";  ///< of the file store
  std::optional<Redis> redis;
  friend bool operator==(const State&, const State&) = default;
};

struct Settings {
  std::uint32_t workers = 0;  ///< "auto" (0): the CPUs that the process may use
  std::vector<Listener> listeners;
  std::vector<std::string> trusted_proxies;  ///< CIDRs, "unix:"
  std::vector<Route> routes;
  std::map<std::string, Upstream> upstreams;
  PathNormalisation paths;
  Forwarding forwarding;
  Limits limits;
  Timeouts timeouts;
  Http2 http2;
  Logging logging;
  std::map<std::string, ErrorPage> error_pages;  ///< by status ("503") or class ("5xx")
  Resolver resolver;
  std::optional<Admin> admin;  ///< none: no such listener
  State state;
  bool watch = true;                 ///< reload when the file changes
  std::vector<FileTerm> file_terms;  ///< of all files of TLS that were read
  /// JSON pointer (in the long form) to the text as written, for strings that held ${env:} or ${file:}: what is shown
  /// instead of the resolved value.
  std::map<std::string, std::string> references;
};

}  // namespace headgate::config
