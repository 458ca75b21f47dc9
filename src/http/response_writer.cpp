#include "base/ascii.hpp"
#include "http/field_names.hpp"
#include "http/head_writer.hpp"
#include "http/text_cursor.hpp"

namespace headgate::http {
namespace {

/// All literal parts that can be written, and two numbers, come to less than 200 bytes.
constexpr std::size_t literal_bytes = 256;

void put_status_line(TextCursor& cursor, const ResponseHead& head) {
  cursor.put("HTTP/1.1 ");
  cursor.put_number(head.status);
  cursor.put(' ');
  cursor.put(head.reason);
  cursor.put("\r\n");
}

void put_via(TextCursor& cursor, const ResponseHead& head, const ForwardingPolicy& policy) {
  cursor.put(head.minor_version == 0 ? "Via: 1.0 " : "Via: 1.1 ");
  cursor.put(policy.via_name);
  cursor.put("\r\n");
}

void put_framing(TextCursor& cursor, BodyFraming body) {
  if (body.kind == BodyKind::length) {
    cursor.put("Content-Length: ");
    cursor.put_number(body.length);
    cursor.put("\r\n");
  } else if (body.kind == BodyKind::chunked) {
    cursor.put("Transfer-Encoding: chunked\r\n");
  }
}

/// RFC 9110 s7.8: what the upstream has switched to.
void put_upgrade(TextCursor& cursor, const ResponseHead& head) {
  cursor.put("Connection: Upgrade\r\n");
  for (const Field& field : head.fields)
    if (field.id == FieldId::upgrade) cursor.put(field);
}

void put_persistence(TextCursor& cursor, const ResponseHead& head, const ResponsePlan& plan) {
  if (head.status == 101) return put_upgrade(cursor, head);
  if (!plan.keep_alive) {
    cursor.put("Connection: close\r\n");
  } else if (plan.client_minor == 0) {
    cursor.put("Connection: keep-alive\r\n");
  }
}

FieldSet skipped_fields(const ResponseHead& head, const ResponsePlan& plan) {
  FieldSet skipped{FieldId::transfer_encoding};
  // The length that a GET would have had: information, not framing. A 204 never has one (RFC 9110 s8.6).
  const bool informs = (plan.head_request && head.status != 204) || head.status == 304;
  if (!informs) skipped.add(FieldId::content_length);
  if (plan.policy != nullptr && plan.policy->response_request_id) skipped.add(FieldId::x_request_id);
  return skipped;
}

std::size_t bound(const ResponseHead& head, const ForwardingPolicy* policy) {
  return literal_bytes + head.reason.size() + written_size(head.fields) +
         (policy == nullptr ? 0 : policy->via_name.size());
}

}  // namespace

void write_response_head(std::string& out, const ResponseHead& head, const ResponsePlan& plan) {
  const ForwardingPolicy* policy = plan.policy;
  const HeaderRules* rules = plan.rules;
  const FieldSet skipped = skipped_fields(head, plan);
  TextCursor cursor{out, bound(head, policy) + plan.date.size() + plan.request_id.size() + plan.set_cookie.size() +
                             plan.hsts.size() + (rules == nullptr ? 0 : rules->lines().size())};
  put_status_line(cursor, head);
  bool dated = false;
  for (const Field& field : head.fields) {
    if (field.hop_by_hop || skipped.has(field.id)) continue;
    if (rules != nullptr && rules->drops(field.id, field.name)) continue;
    if (!plan.hsts.empty() && base::iequals(field.name, strict_transport_security)) continue;
    dated |= field.id == FieldId::date;
    cursor.put(field);
  }
  const auto wanted = [rules](FieldId id) { return rules == nullptr || !rules->drops(id, {}); };
  if (!dated && !plan.date.empty() && wanted(FieldId::date)) {
    cursor.put("Date: ");
    cursor.put(plan.date);
    cursor.put("\r\n");
  }
  if (policy != nullptr && policy->via && wanted(FieldId::via)) put_via(cursor, head, *policy);
  if (policy != nullptr && policy->response_request_id && !plan.request_id.empty() && wanted(FieldId::x_request_id)) {
    cursor.put("X-Request-Id: ");
    cursor.put(plan.request_id);
    cursor.put("\r\n");
  }
  if (!plan.hsts.empty()) {
    cursor.put(strict_transport_security);
    cursor.put(": ");
    cursor.put(plan.hsts);
    cursor.put("\r\n");
  }
  cursor.put(plan.set_cookie);
  put_framing(cursor, plan.body);
  put_persistence(cursor, head, plan);
  if (rules != nullptr) cursor.put(rules->lines());
  cursor.put("\r\n");
}

void write_interim_head(std::string& out, const ResponseHead& head, const ForwardingPolicy* policy) {
  constexpr FieldSet skipped{FieldId::transfer_encoding, FieldId::content_length};
  TextCursor cursor{out, bound(head, policy)};
  put_status_line(cursor, head);
  for (const Field& field : head.fields)
    if (!field.hop_by_hop && !skipped.has(field.id)) cursor.put(field);
  if (policy != nullptr && policy->via) put_via(cursor, head, *policy);
  cursor.put("\r\n");
}

}  // namespace headgate::http
