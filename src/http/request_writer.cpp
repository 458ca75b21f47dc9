#include <algorithm>

#include "base/ascii.hpp"
#include "http/field_names.hpp"
#include "http/head_writer.hpp"
#include "http/reserved_fields.hpp"
#include "http/text_cursor.hpp"

namespace headgate::http {
namespace {

/// All literal parts that can be written, and three numbers, come to less than 400 bytes.
constexpr std::size_t literal_bytes = 512;

/// One request head being written.
class RequestWriter {
 public:
  RequestWriter(std::string& out, const RequestHead& head, const RequestPlan& plan)
      : head_{head},
        plan_{plan},
        policy_{*plan.policy},
        client_{*plan.client},
        has_reserved_{!policy_.reserved.empty() || !client_.certificate_lines.empty()},
        skipped_{skipped()},
        cursor_{out, bound()} {}

  void write() {
    put_start();
    for (const Field& field : head_.fields) {
      if (field.hop_by_hop || skipped_.has(field.id) || dropped(field.id, field.name)) continue;
      if (has_reserved_ && is_reserved(field.name, policy_, client_)) continue;
      present_.add(field.id);
      cursor_.put(field);
    }
    put_framing();
    if (policy_.x_forwarded) put_x_forwarded();
    if (policy_.x_real_ip) put_line(FieldId::x_real_ip, "X-Real-IP: ", client_.ip);
    if (policy_.forwarded && !dropped(FieldId::forwarded, {})) put_forwarded();
    if (policy_.via && !dropped(FieldId::via, {})) put_via();
    if (policy_.request_id) put_line(FieldId::x_request_id, "X-Request-Id: ", plan_.request_id);
    cursor_.put(client_.certificate_lines);
    if (plan_.rules != nullptr) cursor_.put(plan_.rules->lines());
    cursor_.put("\r\n");
  }

 private:
  /// Fields that are not copied: written anew below, or not to be believed.
  FieldSet skipped() const {
    FieldSet set{FieldId::host, FieldId::content_length, FieldId::transfer_encoding, FieldId::expect};
    if (policy_.x_forwarded) {
      set.add(FieldId::x_forwarded_for);
      if (!client_.peer_trusted) {
        set.add(FieldId::x_forwarded_proto);
        set.add(FieldId::x_forwarded_host);
      }
    }
    if (policy_.x_real_ip) set.add(FieldId::x_real_ip);
    // A backend may read Forwarded instead of what we write, so a stranger's must not pass beside ours.
    if (!client_.peer_trusted && (policy_.forwarded || policy_.x_forwarded)) set.add(FieldId::forwarded);
    if (policy_.request_id) set.add(FieldId::x_request_id);
    return set;
  }

  std::size_t bound() const {
    const std::size_t rules =
        plan_.rules == nullptr ? 0
                               : plan_.rules->lines().size() + (plan_.rules->host() ? plan_.rules->host()->size() : 0);
    return literal_bytes + head_.method_token.size() + plan_.target.size() + plan_.host.size() + rules +
           written_size(head_.fields) + client_.ip.size() + 2 * client_.peer_ip.size() + 2 * client_.scheme.size() +
           client_.certificate_lines.size() + 2 * head_.authority.size() + plan_.request_id.size() +
           plan_.upgrade.size() + policy_.via_name.size();
  }

  bool dropped(FieldId id, std::string_view name) const {
    return plan_.rules != nullptr && plan_.rules->drops(id, name);
  }

  void put_start() {
    cursor_.put(head_.method_token);
    cursor_.put(' ');
    cursor_.put(plan_.target);
    cursor_.put(" HTTP/1.1\r\nHost: ");
    cursor_.put(plan_.rules != nullptr && plan_.rules->host() ? std::string_view{*plan_.rules->host()} : plan_.host);
    cursor_.put("\r\n");
  }

  void put_framing() {
    if (plan_.body.kind == BodyKind::length) {
      cursor_.put("Content-Length: ");
      cursor_.put_number(plan_.body.length);
      cursor_.put("\r\n");
    } else if (plan_.body.kind == BodyKind::chunked && !plan_.http2) {
      cursor_.put("Transfer-Encoding: chunked\r\n");
    }
    if (head_.expect_continue) cursor_.put("Expect: 100-continue\r\n");
    if (!plan_.upgrade.empty()) {  // it needs no trailers: whoever asks for it waits for no body
      cursor_.put("Connection: Upgrade\r\nUpgrade: ");
      cursor_.put(plan_.upgrade);
      cursor_.put("\r\n");
    } else if (head_.te_trailers) {
      if (!plan_.http2) cursor_.put("Connection: TE\r\n");
      cursor_.put("TE: trailers\r\n");
    }
  }

  /// A whole line, name with its ": ", unless there is no value or a rule drops it.
  template <std::size_t N>
  void put_line(FieldId id, const char (&name)[N], std::string_view value) {
    if (value.empty() || dropped(id, {})) return;
    cursor_.put(name);
    cursor_.put(value);
    cursor_.put("\r\n");
  }

  void put_x_forwarded() {
    if (!dropped(FieldId::x_forwarded_for, {})) put_x_forwarded_for();
    if (!present_.has(FieldId::x_forwarded_proto))
      put_line(FieldId::x_forwarded_proto, "X-Forwarded-Proto: ", client_.scheme);
    if (!present_.has(FieldId::x_forwarded_host))
      put_line(FieldId::x_forwarded_host, "X-Forwarded-Host: ", head_.authority);
  }

  /// Without the empty ones, which RFC 9110 s5.6.1 forbids to send. Nearly every list has none and stays as it is.
  template <class Put>
  static void put_elements(std::string_view list, Put put) {
    std::size_t begin = 0;  // of the elements that stand since the last empty one
    for (std::size_t at = 0; at <= list.size();) {
      const std::size_t comma = std::min(list.find(',', at), list.size());
      const bool empty = base::trim_ows(list.substr(at, comma - at)).empty();
      if (empty && at > begin) put(base::trim_ows(list.substr(begin, at - 1 - begin)));
      at = comma + 1;
      if (empty) begin = at;
    }
    if (begin < list.size()) put(base::trim_ows(list.substr(begin)));
  }

  /// One line: what a trusted peer said, in order, then the peer itself.
  void put_x_forwarded_for() {
    bool first = true;
    const auto put_element = [&](std::string_view element) {
      if (element.empty()) return;
      if (first) {
        cursor_.put("X-Forwarded-For: ");
      } else {
        cursor_.put(", ");
      }
      first = false;
      cursor_.put(element);
    };
    if (client_.peer_trusted) {
      for (const Field& field : head_.fields)
        if (field.id == FieldId::x_forwarded_for) put_elements(field.value, put_element);
    }
    put_element(client_.peer_ip);
    if (!first) cursor_.put("\r\n");
  }

  /// RFC 7239 s4: colons and brackets call for quotes. A trusted peer's Forwarded lines stand before this one.
  void put_forwarded() {
    cursor_.put("Forwarded: for=");
    if (client_.peer_ip.empty()) {
      cursor_.put("unknown");
    } else if (client_.peer_ip.find(':') != std::string_view::npos) {
      cursor_.put("\"[");
      cursor_.put(client_.peer_ip);
      cursor_.put("]\"");
    } else {
      cursor_.put(client_.peer_ip);
    }
    if (!head_.authority.empty()) {
      cursor_.put(";host=\"");
      cursor_.put(head_.authority);
      cursor_.put('"');
    }
    cursor_.put(";proto=");
    cursor_.put(client_.scheme);
    cursor_.put("\r\n");
  }

  void put_via() {
    cursor_.put("Via: ");
    cursor_.put(protocol_name(head_).substr(5));
    cursor_.put(' ');
    cursor_.put(policy_.via_name);
    cursor_.put("\r\n");
  }

  const RequestHead& head_;
  const RequestPlan& plan_;
  const ForwardingPolicy& policy_;
  const ClientInfo& client_;
  bool has_reserved_;
  FieldSet skipped_;
  FieldSet present_;
  TextCursor cursor_;
};

}  // namespace

void write_request_head(std::string& out, const RequestHead& head, const RequestPlan& plan) {
  RequestWriter{out, head, plan}.write();
}

}  // namespace headgate::http
