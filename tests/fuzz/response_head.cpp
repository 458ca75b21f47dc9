// A response head parses to the same whole and byte by byte; what is accepted and written anew parses to the same.
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

void require_same(const ResponseHead& a, const ResponseHead& b) {
  require(a.status == b.status && a.reason == b.reason && a.keep_alive == b.keep_alive, "same line and persistence");
  require(a.body.kind == b.body.kind && a.body.length == b.body.length, "same framing");
  require(a.fields.size() == b.fields.size(), "same count of fields");
  for (std::size_t i = 0; i < a.fields.size(); ++i)
    require(a.fields[i].name == b.fields[i].name && a.fields[i].value == b.fields[i].value &&
                a.fields[i].hop_by_hop == b.fields[i].hop_by_hop,
            "same field");
}

void check_round_trip(const ResponseHead& head, Method method) {
  std::string written;
  write_response_head(written, head, {.body = head.body, .head_request = method == Method::head});
  ResponseParser parser{{.head_bytes = 16384, .header_count = 30}};
  ResponseHead again;
  require(parser.parse(written, again, method, true) == ParseStatus::complete, "what was written parses");
  require(parser.consumed() == written.size(), "nothing follows");
  require(again.status == head.status && again.reason == head.reason, "the same line");
  require(again.body.kind == head.body.kind && again.body.length == head.body.length, "the same body");
  for (const Field& field : again.fields)
    require(!field.hop_by_hop || field.id == FieldId::transfer_encoding, "end to end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Method method = (data[0] & 1) != 0 ? Method::head : Method::get;
  const bool asked_upgrade = (data[0] & 2) != 0;
  const std::string_view bytes{reinterpret_cast<const char*>(data + 1), size - 1};
  ResponseParser whole{limits};
  ResponseParser bytewise{limits};
  ResponseHead head;
  ResponseHead head_bytewise;

  const ParseStatus status = whole.parse(bytes, head, method, asked_upgrade);
  ParseStatus status_bytewise = ParseStatus::need_more;
  for (std::size_t n = 0; n <= bytes.size() && status_bytewise == ParseStatus::need_more; ++n)
    status_bytewise = bytewise.parse(bytes.substr(0, n), head_bytewise, method, asked_upgrade);
  require(status == status_bytewise, "same status");
  if (status == ParseStatus::failed) require(whole.error().cause == bytewise.error().cause, "same cause");
  if (status == ParseStatus::complete) {
    require(whole.consumed() == bytewise.consumed(), "same length");
    require_same(head, head_bytewise);
    check_round_trip(head, method);
  }
  return 0;
}
