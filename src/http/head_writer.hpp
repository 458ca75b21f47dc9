// Writes the heads that leave the proxy. Nothing is passed on as raw bytes: every line is written here, from checked
// parts, as "Name: value\r\n".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/connection_source.hpp"
#include "headgate/heads.hpp"
#include "http/header_rules.hpp"

namespace headgate::http {

/// What is said about the client and this proxy; from the configuration's `forwarding`.
struct ForwardingPolicy {
  bool x_forwarded = true;  ///< X-Forwarded-For, -Proto, -Host
  bool x_real_ip = true;
  bool forwarded = false;            ///< RFC 7239
  bool via = false;                  ///< RFC 9110 s7.6.3, requests and responses
  bool request_id = true;            ///< X-Request-Id to the upstream
  bool response_request_id = false;  ///< X-Request-Id to the client
  std::string via_name = "headgate";
  std::vector<std::string> reserved = {};  ///< lower-case names of fields that clients may not send
};

struct ClientInfo {
  std::string_view ip = {};       ///< the resolved client, text without brackets; empty: unknown (Unix socket)
  std::string_view peer_ip = {};  ///< who is connected to us; empty for a Unix socket
  bool peer_trusted = false;
  std::string_view scheme = "http";
  std::string_view certificate_lines = {};         ///< of fields that tell of the client's certificate, whole; or empty
  std::string_view hsts = {};                      ///< value of Strict-Transport-Security for the responses; or empty
  std::uint16_t https_port = 0;                    ///< where requests in plain text are sent; 0: they are served
  const base::ConnectionSource* source = nullptr;  ///< what else is known of its connection; null: nobody needs it
};

/// All views must outlive the call. `policy` and `client` are required, `rules` may be null.
struct RequestPlan {
  std::string_view target = {};
  std::string_view host = {};
  const ForwardingPolicy* policy = nullptr;
  const ClientInfo* client = nullptr;
  std::string_view request_id = {};
  const HeaderRules* rules = nullptr;
  BodyFraming body = {};          ///< outgoing
  bool http2 = false;             ///< to be sent in HTTP/2: nothing in it manages a connection
  std::string_view upgrade = {};  ///< protocols to offer (RFC 9110 s7.8), as a list; empty: none
};

/// Appends a complete HTTP/1.1 head: Host first, no Connection field but for an upgrade (keep-alive is implied),
/// hop-by-hop fields and those of the policy left out and written anew. From an untrusted peer, forwarding fields are
/// replaced; from a trusted one, X-Forwarded-For and Forwarded are extended and X-Forwarded-Proto and -Host kept.
void write_request_head(std::string& out, const RequestHead& head, const RequestPlan& plan);

struct ResponsePlan {
  std::uint8_t client_minor = 1;
  bool keep_alive = true;
  BodyFraming body = {};  ///< outgoing; until_close and none write no framing field
  const HeaderRules* rules = nullptr;
  const ForwardingPolicy* policy = nullptr;  ///< may be null: neither Via nor X-Request-Id is written
  std::string_view request_id = {};
  std::string_view set_cookie = {};  ///< a whole line "Set-Cookie: ...", added to those of the upstream; or empty
  std::string_view date = {};        ///< written when the upstream sent none; empty: never
  std::string_view hsts = {};        ///< value of Strict-Transport-Security, in place of the upstream's; or empty
  bool head_request = false;
};

/// Appends a complete HTTP/1.1 head; a 101 with the Upgrade that came. For HEAD and 304 the upstream's Content-Length
/// is kept as it came.
void write_response_head(std::string& out, const ResponseHead& head, const ResponsePlan& plan);

/// Appends a 1xx head. `policy` may be null.
void write_interim_head(std::string& out, const ResponseHead& head, const ForwardingPolicy* policy);

}  // namespace headgate::http
