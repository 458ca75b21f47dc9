// The one list of cause codes. The status sent, the log field, the metric label, whether a retry may help and
// docs/causes.md all come from it. Names are stable: operators grep and alert on them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace headgate {

/// Who failed.
enum class Origin : std::uint8_t { client, upstream, proxy };

/// What was going on when it failed.
enum class Phase : std::uint8_t {
  accept,
  head,
  route,
  connect,
  request,
  response,
  body,
  idle,
  health,
  drain,
  reload,
  log,
  start,
  stop,
  state,
  tunnel
};

/// Whether sending the request again, to this or another endpoint, may help (and is safe by the failure's nature;
/// the method's idempotency is a separate question).
enum class Retry : std::uint8_t {
  no,
  yes,            ///< nothing of the request can have been processed
  if_idempotent,  ///< the request may have been processed
};

// clang-format off
//   enumerator                     name in logs, metrics, docs          origin    phase     status retry          what it means | what to do
#define HEADGATE_CAUSES(X) \
  X(none,                           "NONE",                              proxy,    accept,   0,   no,            "Nothing failed.", "Nothing.") \
  X(client_closed,                  "CLIENT_CLOSED",                     client,   response, 0,   no,            "The client closed or reset the connection, or its HTTP/2 stream, before the response was complete.", "Usually harmless; many of them at once mean slow responses or an impatient load balancer in front.") \
  X(client_idle_timeout,            "CLIENT_IDLE_TIMEOUT",               client,   idle,     0,   no,            "A keep-alive connection stayed unused for timeouts.client_idle.", "Nothing; raise timeouts.client_idle if clients reuse connections later than that.") \
  X(client_head_timeout,            "CLIENT_HEAD_TIMEOUT",               client,   head,     408, no,            "The request head did not arrive within timeouts.client_head.", "A slow network or a slow-head attack; raise timeouts.client_head only for known slow clients.") \
  X(client_body_timeout,            "CLIENT_BODY_TIMEOUT",               client,   body,     408, no,            "No byte of the request body arrived for timeouts.client_body_idle.", "A stalled upload; raise timeouts.client_body_idle, globally or for the route, for clients that pause.") \
  X(client_write_timeout,           "CLIENT_WRITE_TIMEOUT",              client,   response, 0,   no,            "The client took no byte of the response for timeouts.client_write_idle.", "A stalled reader; raise timeouts.client_write_idle for clients that pause.") \
  X(client_bad_request_line,        "CLIENT_BAD_REQUEST_LINE",           client,   head,     400, no,            "The request line is malformed (RFC 9112 s3).", "Look at the client; scanners and TLS sent to a cleartext port look like this.") \
  X(client_bad_target,              "CLIENT_BAD_TARGET",                 client,   head,     400, no,            "The request target has bytes or a form that RFC 9112 s3.2 does not allow.", "Look at the client's URL encoding.") \
  X(client_bad_version,             "CLIENT_BAD_VERSION",                client,   head,     505, no,            "The HTTP version is not 1.0 or 1.1.", "Look at the client.") \
  X(client_bad_field,               "CLIENT_BAD_FIELD",                  client,   head,     400, no,            "A header field is malformed: bad name, white space before the colon, folding, control character (RFC 9112 s5).", "Look at the client; this is also what request smuggling attempts look like.") \
  X(client_bad_line_ending,         "CLIENT_BAD_LINE_ENDING",            client,   head,     400, no,            "A line of the head ends in a bare LF or holds a bare CR (RFC 9112 s2.2).", "Look at the client; this is also what request smuggling attempts look like.") \
  X(client_bad_host,                "CLIENT_BAD_HOST",                   client,   head,     400, no,            "The Host field is missing, repeated, or not a valid host with an optional port (RFC 9112 s3.2).", "Look at the client.") \
  X(client_bad_content_length,      "CLIENT_BAD_CONTENT_LENGTH",         client,   head,     400, no,            "Content-Length is not one number (RFC 9112 s6.3), or not that of the DATA frames (RFC 9113 s8.1.1).", "Look at the client; this is also what request smuggling attempts look like.") \
  X(client_bad_transfer_encoding,   "CLIENT_BAD_TRANSFER_ENCODING",      client,   head,     400, no,            "Transfer-Encoding is not exactly \"chunked\", comes with Content-Length, or with HTTP/1.0 (RFC 9112 s6.1).", "Look at the client; this is also what request smuggling attempts look like.") \
  X(client_bad_chunk,               "CLIENT_BAD_CHUNK",                  client,   body,     400, no,            "The chunked request body is malformed (RFC 9112 s7.1).", "Look at the client; this is also what request smuggling attempts look like.") \
  X(tls_handshake_failed,           "TLS_HANDSHAKE_FAILED",              client,   accept,   0,   no,            "The TLS handshake with the client failed, and the connection was closed.", "`detail` has OpenSSL's words. Plain HTTP sent to the port, a client that is too old (tls.min_version), one that does not trust the certificate, a scanner.") \
  X(tls_handshake_timeout,          "TLS_HANDSHAKE_TIMEOUT",             client,   accept,   0,   no,            "The TLS handshake did not end within timeouts.client_handshake.", "A slow client or connection, a scanner, or more handshakes than the processors can do.") \
  X(tls_plain_http,                 "TLS_PLAIN_HTTP",                    client,   accept,   400, no,            "The client spoke plain HTTP on a listener with TLS; the connection was closed after a 400.", "Look at the client's url: https, not http. A second listener with https_redirect sends browsers the right way.") \
  X(client_certificate_invalid,     "CLIENT_CERTIFICATE_INVALID",        client,   accept,   0,   no,            "The certificate that a client showed is not valid: revoked, expired, not signed by an authority of client_certificates.ca; or what says whether it is revoked is missing or out of date. The connection was closed.", "`detail` says which. \"CRL has expired\": put a new list in the place of client_certificates.crl; until then nobody with a certificate gets in.") \
  X(proxy_header_bad,               "PROXY_HEADER_BAD",                  client,   accept,   0,   no,            "The header of the PROXY protocol is malformed, too long, cut short, or fails its checksum; the connection was closed.", "`detail` says what is wrong; look at the proxy in front.") \
  X(proxy_header_missing,           "PROXY_HEADER_MISSING",              client,   accept,   0,   no,            "A trusted peer sent no header of the PROXY protocol to a listener that requires one; the connection was closed.", "Make the proxy in front send it (send-proxy, proxy_protocol on), or set the listener's proxy_protocol to \"optional\".") \
  X(proxy_header_untrusted,         "PROXY_HEADER_UNTRUSTED",            client,   accept,   0,   no,            "A peer outside of trusted_proxies came to a listener that requires the PROXY protocol, or sent its header; the connection was closed.", "Add the peer to trusted_proxies if it is a proxy of yours; clients are not to reach such a listener past it.") \
  X(proxy_header_timeout,           "PROXY_HEADER_TIMEOUT",              client,   accept,   0,   no,            "The header of the PROXY protocol did not come within timeouts.client_proxy_header.", "Does the proxy in front send one?") \
  X(client_body_truncated,          "CLIENT_BODY_TRUNCATED",             client,   body,     400, no,            "The client closed the connection in the middle of the request body.", "Usually an aborted upload.") \
  X(client_target_too_long,         "CLIENT_TARGET_TOO_LONG",            client,   head,     414, no,            "The request target is longer than limits.target_bytes.", "Raise limits.target_bytes if the URLs are legitimate.") \
  X(client_head_too_large,          "CLIENT_HEAD_TOO_LARGE",             client,   head,     431, no,            "The request head is larger than limits.head_bytes or has more fields than limits.header_count.", "Often a cookie that grew; raise the limit if it is legitimate.") \
  X(client_body_too_large,          "CLIENT_BODY_TOO_LARGE",             client,   body,     413, no,            "The request body is larger than limits.body_bytes.", "Raise limits.body_bytes, globally or for the route.") \
  X(client_bad_expectation,         "CLIENT_BAD_EXPECTATION",            client,   head,     417, no,            "The Expect field asks for something other than 100-continue (RFC 9110 s10.1.1).", "Look at the client.") \
  X(client_bad_pseudo_field,        "CLIENT_BAD_PSEUDO_FIELD",           client,   head,     400, no,            "A pseudo field of an HTTP/2 request is missing, unknown, repeated, late or malformed (RFC 9113 s8.3).", "Look at the client; this is also what request smuggling attempts look like.") \
  X(http2_protocol_error,           "HTTP2_PROTOCOL_ERROR",              client,   request,  0,   no,            "The client broke the rules of HTTP/2; the connection was ended with GOAWAY (RFC 9113 s5.4.1).", "`detail` says what was wrong. Look at the client; scanners, and HTTP/1.1 sent to a listener that only speaks h2, look like this.") \
  X(http2_settings_timeout,         "HTTP2_SETTINGS_TIMEOUT",            client,   request,  0,   no,            "The client did not acknowledge our SETTINGS within timeouts.client_head.", "Look at the client; a connection that hangs looks like this too.") \
  X(http2_reset_flood,              "HTTP2_RESET_FLOOD",                 client,   request,  0,   no,            "The client abandoned, or made us reset, more streams in 10 s than http2.resets; the connection was ended.", "An attack (CVE-2023-44487, CVE-2025-8671), unless clients cancel that much: then raise http2.resets.") \
  X(http2_control_flood,            "HTTP2_CONTROL_FLOOD",               client,   request,  0,   no,            "The client sent more frames that ask for nothing in 10 s than http2.control_frames (SETTINGS, PING, PRIORITY, WINDOW_UPDATE, empty DATA); the connection was ended.", "An attack, unless clients ping that much: then raise http2.control_frames.") \
  X(http2_header_flood,             "HTTP2_HEADER_FLOOD",                client,   head,     0,   no,            "The head of an HTTP/2 request went on far beyond limits.head_bytes, or in too many CONTINUATION frames; the connection was ended.", "An attack: no client has use for such heads.") \
  X(connect_refused,                "CONNECT_REFUSED",                   proxy,    route,    501, no,            "A CONNECT request that no route with `connect` is for, or one with a body.", "Nothing, unless a tunnel was intended: docs/websocket.md.") \
  X(upgrade_refused,                "UPGRADE_REFUSED",                   proxy,    route,    403, no,            "A request to switch to WebSocket, on a route whose `upgrade` does not list it.", "Add \"websocket\" to the route's `upgrade` if it was intended.") \
  X(upgrade_unsupported,            "UPGRADE_UNSUPPORTED",               client,   head,     501, no,            "An extended CONNECT of HTTP/2 (RFC 8441) asks for another protocol than websocket.", "Nothing, unless the client should be served: only WebSocket is known.") \
  X(no_route,                       "NO_ROUTE",                          proxy,    route,    404, no,            "No route matches the request.", "Check host, path and method against the routes; a route with only path_prefix \"/\" catches the rest.") \
  X(method_not_allowed,             "METHOD_NOT_ALLOWED",                proxy,    route,    405, no,            "Routes match this host and path, but none of them the method.", "Add the method to match.methods.") \
  X(connection_limit,               "CONNECTION_LIMIT",                  proxy,    accept,   503, no,            "limits.connections was reached; the connection was refused.", "Raise limits.connections, or find who holds the connections.") \
  X(accept_failed,                  "ACCEPT_FAILED",                     proxy,    accept,   0,   no,            "A connection could not be accepted, mostly because file descriptors ran out.", "Raise the limit of open files (LimitNOFILE, ulimit -n).") \
  X(no_healthy_backend,             "NO_HEALTHY_BACKEND",                proxy,    connect,  503, no,            "The upstream has no usable backend.", "Look at the backends' own failures just before this one.") \
  X(queue_full,                     "QUEUE_FULL",                        proxy,    connect,  503, no,            "Every usable backend is at its max_connections, and there is no room in the queue.", "Raise max_connections if the backends can bear it, or add backends; a larger queue.size only helps against short peaks.") \
  X(queue_timeout,                  "QUEUE_TIMEOUT",                     proxy,    connect,  503, no,            "Every usable backend was at its max_connections for queue.timeout.", "Raise max_connections if the backends can bear it, or add backends.") \
  X(proxy_out_of_descriptors,       "PROXY_OUT_OF_DESCRIPTORS",          proxy,    connect,  503, no,            "Headgate has no file descriptor left for a connection to the backend.", "Raise the limit of open files (LimitNOFILE, ulimit -n), or lower limits.connections.") \
  X(upstream_connect_failed,        "UPSTREAM_CONNECT_FAILED",           upstream, connect,  502, yes,           "The connection to the backend failed (refused, unreachable, no such socket).", "Is the backend running, and is its address right?") \
  X(upstream_connect_timeout,       "UPSTREAM_CONNECT_TIMEOUT",          upstream, connect,  504, yes,           "The backend did not accept the connection within timeouts.connect.", "An overloaded backend or a firewall that drops packets.") \
  X(upstream_resolve_failed,        "UPSTREAM_RESOLVE_FAILED",           upstream, connect,  502, yes,           "The backend's name could not be resolved.", "Check the name and the resolver.") \
  X(upstream_tls_failed,            "UPSTREAM_TLS_FAILED",               upstream, connect,  502, yes,           "The TLS handshake with the backend failed.", "`detail` has OpenSSL's words. Does the backend speak TLS on this port, and does it want a certificate of ours (tls.certificate)?") \
  X(upstream_certificate_invalid,   "UPSTREAM_CERTIFICATE_INVALID",      upstream, connect,  502, yes,           "The backend's certificate is not valid for it: not signed by a known authority, expired, or of another name.", "`detail` says which. tls.ca names an authority of your own, tls.server_name the name to expect; tls.verify off trusts everybody on the way.") \
  X(upstream_first_byte_timeout,    "UPSTREAM_FIRST_BYTE_TIMEOUT",       upstream, response, 504, if_idempotent, "The backend did not begin its response within timeouts.first_byte.", "A slow or hung backend; raise timeouts.first_byte for slow routes.") \
  X(upstream_try_timeout,           "UPSTREAM_TRY_TIMEOUT",              upstream, response, 504, if_idempotent, "The attempt brought no response head within retry.per_try_timeout.", "A slow or hung backend; raise retry.per_try_timeout for slow routes.") \
  X(upstream_status,                "UPSTREAM_STATUS",                   upstream, response, 0,   if_idempotent, "The backend answered with a status that counts as a failure: one of retry.on, or of health.passive.failure_status.", "Look at the backend's log.") \
  X(upstream_grpc_status,           "UPSTREAM_GRPC_STATUS",              upstream, response, 0,   if_idempotent, "The backend refused a gRPC call with a status (grpc-status) that counts as a failure: one of retry.on, or one that stands for a status of health.passive.failure_status.", "Look at the backend's log; docs/grpc.md has the table.") \
  X(upstream_idle_timeout,          "UPSTREAM_IDLE_TIMEOUT",             upstream, body,     504, if_idempotent, "The backend sent or took no byte for timeouts.idle in the middle of a message.", "A stalled backend; raise timeouts.idle for streams that pause.") \
  X(upstream_reset,                 "UPSTREAM_RESET",                    upstream, response, 502, if_idempotent, "The backend closed or reset the connection, or the HTTP/2 stream, before its response was complete.", "`detail` has the code of a stream that was reset. Look at the backend's log: crash, restart, or its own timeout.") \
  X(upstream_stream_refused,        "UPSTREAM_STREAM_REFUSED",           upstream, request,  503, yes,           "The backend refused the request's HTTP/2 stream (REFUSED_STREAM): it has done nothing with it.", "An overloaded backend; lower max_connections to what it bears, or http2.max_streams.") \
  X(upstream_http2_error,           "UPSTREAM_HTTP2_ERROR",              upstream, response, 502, if_idempotent, "The backend broke the rules of HTTP/2; the connection was ended (RFC 9113 s5.4.1).", "`detail` says what was wrong. Does the backend speak HTTP/2 on this port (the upstream's `protocol`)?") \
  X(upstream_closed_reused,         "UPSTREAM_CLOSED_REUSED",            upstream, request,  502, if_idempotent, "A kept-alive connection was closed by the backend just as it was used again (in HTTP/2: with a GOAWAY that leaves the request out).", "Keep keep_alive.idle_timeout below the backend's own keep-alive timeout.") \
  X(upstream_bad_status_line,       "UPSTREAM_BAD_STATUS_LINE",          upstream, response, 502, if_idempotent, "The backend's status line is malformed (RFC 9112 s4), or the pseudo fields of its HTTP/2 response are.", "Is it an HTTP/1.1 port?") \
  X(upstream_bad_field,             "UPSTREAM_BAD_FIELD",                upstream, response, 502, if_idempotent, "A header field of the response is malformed.", "Look at the backend.") \
  X(upstream_bad_line_ending,       "UPSTREAM_BAD_LINE_ENDING",          upstream, response, 502, if_idempotent, "A line of the response head ends in a bare LF or holds a bare CR.", "Look at the backend.") \
  X(upstream_bad_content_length,    "UPSTREAM_BAD_CONTENT_LENGTH",       upstream, response, 502, if_idempotent, "The response's Content-Length is not one number, or not that of the DATA frames.", "Look at the backend.") \
  X(upstream_bad_transfer_encoding, "UPSTREAM_BAD_TRANSFER_ENCODING",    upstream, response, 502, if_idempotent, "The response's Transfer-Encoding is not exactly \"chunked\", or comes with Content-Length or HTTP/1.0.", "Look at the backend.") \
  X(upstream_bad_chunk,             "UPSTREAM_BAD_CHUNK",                upstream, body,     502, if_idempotent, "The chunked response body is malformed.", "Look at the backend.") \
  X(upstream_bad_upgrade,           "UPSTREAM_BAD_UPGRADE",              upstream, response, 502, no,            "The backend switched protocols (101) although nobody asked, or to another protocol than was asked for.", "Look at the backend.") \
  X(upstream_head_too_large,        "UPSTREAM_HEAD_TOO_LARGE",           upstream, response, 502, no,            "The response head is larger than limits.head_bytes or has more fields than limits.header_count.", "Raise the limit if the response is legitimate.") \
  X(tunnel_idle_timeout,            "TUNNEL_IDLE_TIMEOUT",               proxy,    tunnel,   0,   no,            "Nothing went through a tunnel (WebSocket, CONNECT), either way, for the upstream's timeouts.tunnel_idle, and it was closed.", "Let the application send pings, or raise timeouts.tunnel_idle.") \
  X(tunnel_client_reset,            "TUNNEL_CLIENT_RESET",               client,   tunnel,   0,   no,            "The client broke a tunnel off; the backend was told.", "Usually harmless: a browser that was closed, a network that changed.") \
  X(tunnel_upstream_reset,          "TUNNEL_UPSTREAM_RESET",             upstream, tunnel,   0,   no,            "The backend broke a tunnel off; the client was told.", "Look at the backend's log: crash, restart, or its own timeout.") \
  X(backend_ejected,                "BACKEND_EJECTED",                   upstream, health,  0,   no,            "The backend gets no requests for a time: too many of them failed, or an operator said so.", "The line says which failures; look at the backend. health.passive has the limits.") \
  X(backend_restored,               "BACKEND_RESTORED",                  upstream, health,  0,   no,            "The backend's ejection is over.", "Nothing, unless it is ejected again soon: then it is not well.") \
  X(backend_unhealthy,              "BACKEND_UNHEALTHY",                 upstream, health,  0,   no,            "The backend's probes fail: it gets no requests.", "The line says which probe, and how it failed; send the same request by hand.") \
  X(backend_healthy,                "BACKEND_HEALTHY",                   upstream, health,  0,   no,            "The backend's probes succeed again.", "Nothing.") \
  X(backend_unresolved,             "BACKEND_UNRESOLVED",                upstream, health,  0,   no,            "The backend's name has no address: it gets no requests.", "Check the name and the resolver.") \
  X(backend_resolved,               "BACKEND_RESOLVED",                  upstream, health,  0,   no,            "The backend's name has an address: it may get requests.", "Nothing.") \
  X(backend_moved,                  "BACKEND_MOVED",                     upstream, health,  0,   no,            "The backend's name has other addresses: new requests go there; those that run on the old ones finish.", "Nothing, unless nobody moved the backend.") \
  X(panic_began,                    "PANIC_BEGAN",                       upstream, health,  0,   no,            "Fewer of the upstream's backends are well than health.panic_percent: all of them get requests, whatever is said of their health.", "Look at why so many are out: headgate status. When all fail at once, it is often something that they share.") \
  X(panic_ended,                    "PANIC_ENDED",                       upstream, health,  0,   no,            "Enough backends of the upstream are well again: only those get requests.", "Nothing.") \
  X(breaker_opened,                 "BREAKER_OPENED",                    upstream, health,  0,   no,            "The backend's circuit breaker is open: too large a share of its requests failed, so it gets none for circuit_breaker.open_for.", "The line says which failures; look at the backend.") \
  X(breaker_half_open,              "BREAKER_HALF_OPEN",                 upstream, health,  0,   no,            "The backend's circuit breaker lets a few requests through, to see.", "Nothing.") \
  X(breaker_closed,                 "BREAKER_CLOSED",                    upstream, health,  0,   no,            "The backend's circuit breaker is closed: requests go through.", "Nothing.") \
  X(backend_drained,                "BACKEND_DRAINED",                   proxy,    health,  0,   no,            "An operator took the backend out: it gets no new requests.", "Nothing, unless nobody meant it; `by` says who it was. POST .../enable brings it back.") \
  X(backend_enabled,                "BACKEND_ENABLED",                   proxy,    health,  0,   no,            "An operator brought the backend back.", "Nothing.") \
  X(drain_timeout,                  "DRAIN_TIMEOUT",                     proxy,    drain,    0,   no,            "The request was still running when timeouts.drain ended a shutdown, or the connections of a listener that a reload had removed.", "Raise timeouts.drain, and the grace period of whatever stops the process.") \
  X(reload_failed,                  "RELOAD_FAILED",                     proxy,    reload,   0,   no,            "The changed configuration was refused; the old one serves on.", "Run headgate check on the file; the message, and headgate status, name each mistake.") \
  X(reload_applied,                 "RELOAD_APPLIED",                    proxy,    reload,   0,   no,            "The changed configuration was taken into service.", "Nothing.") \
  X(certificate_expires,            "CERTIFICATE_EXPIRES",               proxy,    start,    0,   no,            "A certificate of a listener or an upstream, or an authority in a file of ours (ca), has expired, or will within 14 days. Told once a day.", "Renew it; the new file is taken over without a reload. Does the renewal run at all?") \
  X(revocation_list_expires,        "REVOCATION_LIST_EXPIRES",           proxy,    start,    0,   no,            "A revocation list (crl) is out of date, or will be: less than a quarter of its time is left, and less than 14 days. Told once a day.", "Put the authority's new list in its place; it is taken over without a reload. From its end on all certificates of its authority are refused.") \
  X(certificate_revoked,            "CERTIFICATE_REVOKED",               proxy,    start,    0,   no,            "The authority of a listener's certificate says that it is not good any more; nothing is stapled.", "Replace the certificate; and find out why it was revoked: was its key stolen?") \
  X(ocsp_fetch_failed,              "OCSP_FETCH_FAILED",                 proxy,    start,    0,   no,            "The responder of a certificate's authority gave no answer that could be stapled; the last good one is, as long as it is valid.", "`detail` says why. May Headgate reach the responder? It is asked again, at ever longer intervals of at most an hour.") \
  X(proxy_started,                  "PROXY_STARTED",                     proxy,    start,    0,   no,            "Headgate has started; its listeners accept connections.", "Nothing, unless nobody had asked for a start.") \
  X(proxy_draining,                 "PROXY_DRAINING",                    proxy,    drain,    0,   no,            "Headgate was told to stop: it accepts nothing new and lets running requests finish, for at most timeouts.drain.", "Nothing, unless nobody had asked for a stop; the signal is in the line.") \
  X(proxy_stopped,                  "PROXY_STOPPED",                     proxy,    stop,     0,   no,            "Headgate has stopped.", "Nothing. A start without this line before it means that the process was killed or crashed.") \
  X(log_dropped,                    "LOG_DROPPED",                       proxy,    log,      0,   no,            "Log records were lost because the queue was full.", "The disk is too slow for this many failures; look at what fails.") \
  X(log_write_failed,               "LOG_WRITE_FAILED",                  proxy,    log,      0,   no,            "A log file could not be opened or written.", "Free the disk, or mend the permissions of logging.directory.") \
  X(state_degraded,                 "STATE_DEGRADED",                    proxy,    state,    0,   no,            "The state store cannot be read or written, or holds what is none of ours: this instance goes on with what it knows.", "Look at the disk or at Redis; the detail says what failed. Nothing is lost that instances still know.") \
  X(state_restored,                 "STATE_RESTORED",                    proxy,    state,    0,   no,            "The state store works again and has what this instance knows.", "Nothing.") \
  X(state_file_set_aside,           "STATE_FILE_SET_ASIDE",              proxy,    state,    0,   no,            "The state file, or some of its entries, could not be used: it was renamed, and the backends concerned began anew.", "Look at the file that the line names; a full disk or another program may have written it.") \
  X(internal,                       "INTERNAL",                          proxy,    response, 500, no,            "A mistake of Headgate itself.", "Please report it with the log line.")
// clang-format on

enum class Cause : std::uint8_t {
#define X(id, name, origin, phase, status, retry, meaning, remedy) id,
  HEADGATE_CAUSES(X)
#undef X
};

struct CauseInfo {
  std::string_view name;
  Origin origin;
  Phase phase;
  std::uint16_t status;  ///< sent to the client; 0: nothing is sent for it
  Retry retry;
  std::string_view meaning;
  std::string_view remedy;
};

inline constexpr std::array cause_table{
#define X(id, name, origin, phase, status, retry, meaning, remedy) \
  CauseInfo{name, Origin::origin, Phase::phase, status, Retry::retry, meaning, remedy},
    HEADGATE_CAUSES(X)
#undef X
};
#undef HEADGATE_CAUSES

constexpr const CauseInfo& info(Cause cause) { return cause_table[static_cast<std::size_t>(cause)]; }
constexpr std::string_view to_string(Cause cause) { return info(cause).name; }

constexpr std::string_view to_string(Origin origin) {
  constexpr std::array<std::string_view, 3> names{"client", "upstream", "proxy"};
  return names[static_cast<std::size_t>(origin)];
}

constexpr std::string_view to_string(Phase phase) {
  constexpr std::array<std::string_view, 16> names{"accept", "head", "route",  "connect", "request", "response",
                                                   "body",   "idle", "health", "drain",   "reload",  "log",
                                                   "start",  "stop", "state",  "tunnel"};
  return names[static_cast<std::size_t>(phase)];
}

}  // namespace headgate
