// The heads of a request and a response as the proxy and its extensions see them: views into the received bytes,
// already checked by the parser (src/http). Valid only while the exchange holds the buffer that they point into.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "headgate/method.hpp"

namespace headgate {

/// Fields that the proxy itself reads, writes or removes; recognised once, by the parser.
enum class FieldId : std::uint8_t {
  other,
  accept,
  age,
  authorization,
  cache_control,
  connection,
  content_encoding,
  content_length,
  content_type,
  cookie,
  date,
  expect,
  forwarded,
  host,
  keep_alive,
  location,
  proxy_authenticate,
  proxy_authorization,
  proxy_connection,
  retry_after,
  server,
  te,
  trailer,
  transfer_encoding,
  upgrade,
  user_agent,
  via,
  x_forwarded_for,
  x_forwarded_host,
  x_forwarded_proto,
  x_real_ip,
  x_request_id,
};

struct Field {
  std::string_view name;   ///< as received, case kept
  std::string_view value;  ///< without surrounding white space
  FieldId id = FieldId::other;
  bool hop_by_hop = false;  ///< not forwarded: RFC 9110 s7.6.1, or named by the message's Connection field
};

using Fields = std::vector<Field>;

/// How the end of a message body is found (RFC 9112 s6).
enum class BodyKind : std::uint8_t { none, length, chunked, until_close };

struct BodyFraming {
  BodyKind kind = BodyKind::none;
  std::uint64_t length = 0;  ///< bytes, for BodyKind::length
};

/// RFC 9112 s3.2.
enum class TargetForm : std::uint8_t { origin, absolute, authority, asterisk };

struct RequestHead {
  Method method = Method::other;
  TargetForm form = TargetForm::origin;
  std::uint8_t major_version = 1;  ///< 1, or 2: as if it had come in HTTP/1.1, but for what names the version
  std::uint8_t minor_version = 1;  ///< HTTP/1.minor_version, 0 or 1
  bool keep_alive = true;          ///< the client wants the connection kept (RFC 9112 s9.3)
  bool expect_continue = false;
  bool te_trailers = false;    ///< TE: trailers
  bool wants_upgrade = false;  ///< Connection: upgrade with an Upgrade field (RFC 9110 s7.8)
  bool has_query = false;
  std::string_view method_token;
  std::string_view target;  ///< request-target as received
  std::string_view path;   ///< as received, encoding kept; "*" for asterisk-form; "/" for an absolute-form without path
  std::string_view query;  ///< after '?', without it
  std::string_view authority;  ///< host[:port] from the absolute-form, else from Host; empty if HTTP/1.0 sent none
  Fields fields;
  BodyFraming body;

  /// Empties it for the next request and keeps the capacity.
  void clear() {
    auto kept = std::move(fields);
    kept.clear();
    *this = RequestHead{};
    fields = std::move(kept);
  }
};

/// "HTTP/1.1"
inline std::string_view protocol_name(const RequestHead& head) {
  if (head.major_version == 2) return "HTTP/2.0";
  return head.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
}

struct ResponseHead {
  std::uint16_t status = 0;
  std::uint8_t minor_version = 1;
  bool keep_alive = true;  ///< the upstream will keep the connection
  std::string_view reason;
  Fields fields;
  BodyFraming body;

  /// Another one follows. A 101 is the last of HTTP on its connection.
  [[nodiscard]] bool is_interim() const { return status < 200 && status != 101; }

  void clear() {
    auto kept = std::move(fields);
    kept.clear();
    *this = ResponseHead{};
    fields = std::move(kept);
  }
};

/// The first field of that name, or nullptr.
inline const Field* find(const Fields& fields, FieldId id) {
  for (const Field& field : fields)
    if (field.id == id) return &field;
  return nullptr;
}

}  // namespace headgate
