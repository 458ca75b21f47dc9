// A request head parses to the same whole and byte by byte; what is accepted and written anew parses to the same fields
// and is stable under a second round.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/head_parser.hpp"
#include "http/head_writer.hpp"

namespace {

using namespace headgate;
using namespace headgate::http;

constexpr HeadLimits limits{.head_bytes = 2048, .target_bytes = 256, .header_count = 20};

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "property violated: %s\n", what);
  std::abort();
}

bool same_view(std::string_view a, std::string_view b) { return a == b && a.data() == b.data(); }

void require_same(const RequestHead& a, const RequestHead& b) {
  require(a.method == b.method && a.form == b.form && a.minor_version == b.minor_version, "same line");
  require(a.path == b.path && same_view(a.query, b.query) && same_view(a.authority, b.authority), "same target");
  require(a.keep_alive == b.keep_alive && a.expect_continue == b.expect_continue && a.te_trailers == b.te_trailers &&
              a.wants_upgrade == b.wants_upgrade,
          "same wishes");
  require(a.body.kind == b.body.kind && a.body.length == b.body.length, "same framing");
  require(a.fields.size() == b.fields.size(), "same count of fields");
  for (std::size_t i = 0; i < a.fields.size(); ++i)
    require(same_view(a.fields[i].name, b.fields[i].name) && same_view(a.fields[i].value, b.fields[i].value) &&
                a.fields[i].hop_by_hop == b.fields[i].hop_by_hop,
            "same field");
}

ParseStatus parse_bytewise(RequestParser& parser, std::string_view bytes, RequestHead& head) {
  ParseStatus status = ParseStatus::need_more;
  for (std::size_t size = 0; size <= bytes.size() && status == ParseStatus::need_more; ++size)
    status = parser.parse(bytes.substr(0, size), head);
  return status;
}

std::string write(const RequestHead& head) {
  static const ForwardingPolicy policy{.x_forwarded = false, .x_real_ip = false, .request_id = false};
  static const ClientInfo client;
  std::string target{head.form == TargetForm::authority ? head.target : head.path};
  if (head.has_query) target.append("?").append(head.query);
  std::string out;
  write_request_head(
      out, head, {.target = target, .host = head.authority, .policy = &policy, .client = &client, .body = head.body});
  return out;
}

void check_round_trip(const RequestHead& head) {
  constexpr HeadLimits wider{.head_bytes = 16384, .target_bytes = 1024, .header_count = 30};
  const std::string written = write(head);
  RequestParser parser{wider};
  RequestHead again;
  require(parser.parse(written, again) == ParseStatus::complete, "what was written parses");
  require(parser.consumed() == written.size(), "nothing follows");
  require(again.method_token == head.method_token && again.path == head.path && again.query == head.query &&
              again.authority == head.authority,
          "the same request");
  require(again.body.kind == head.body.kind && again.body.length == head.body.length, "the same body");
  require(write(again) == written, "stable");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  RequestParser whole{limits};
  RequestParser bytewise{limits};
  RequestHead head;
  RequestHead head_bytewise;

  const ParseStatus status = whole.parse(bytes, head);
  require(status == parse_bytewise(bytewise, bytes, head_bytewise), "same status");
  if (status == ParseStatus::failed) {
    require(whole.error().cause == bytewise.error().cause, "same cause");
    require(whole.error().info().status >= 400, "a cause with a status");
  }
  if (status == ParseStatus::complete) {
    require(whole.consumed() == bytewise.consumed(), "same length");
    require_same(head, head_bytewise);
    check_round_trip(head);
  }
  return 0;
}
