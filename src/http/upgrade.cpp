#include "http/upgrade.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace headgate::http {
namespace {

constexpr std::string_view websocket = "websocket";

/// Calls with each protocol of all Upgrade fields.
template <class Visit>
void for_each_protocol(const Fields& fields, Visit visit) {
  for (const Field& field : fields) {
    if (field.id != FieldId::upgrade) continue;
    for (std::string_view list = field.value; !list.empty();)
      if (const std::string_view protocol = base::next_list_element(list); !protocol.empty()) visit(protocol);
  }
}

bool holds_a_handshake(const RequestHead& request) {
  return request.method == Method::get && request.body.kind != BodyKind::chunked && request.body.length == 0;
}

bool names(std::string_view list, std::string_view protocol) {
  while (!list.empty())
    if (base::iequals(base::next_list_element(list), protocol)) return true;
  return false;
}

}  // namespace

void append_offer(std::string& out, const RequestHead& request, const std::vector<std::string>& allowed) {
  const std::size_t begin = out.size();
  for_each_protocol(request.fields, [&](std::string_view protocol) {
    const auto same = [protocol](const std::string& each) { return base::iequals(each, protocol); };
    if (std::none_of(allowed.begin(), allowed.end(), same)) return;
    if (base::iequals(protocol, websocket) && !holds_a_handshake(request)) return;
    if (out.size() != begin) out += ", ";
    out += protocol;
  });
}

bool asks_for_websocket(const RequestHead& request) {
  bool found = false;
  for_each_protocol(request.fields,
                    [&](std::string_view protocol) { found = found || base::iequals(protocol, websocket); });
  return found && holds_a_handshake(request);
}

bool was_offered(const ResponseHead& response, std::string_view offer) {
  bool named = false;
  bool offered = true;
  for_each_protocol(response.fields, [&](std::string_view protocol) {
    named = true;
    offered = offered && names(offer, protocol);
  });
  return named && offered;
}

}  // namespace headgate::http
