// The decoder finds the same content, end and failure however the input is split, and what is chunked anew decodes to
// the same content. The first byte chooses the split and the limit.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "http/body_decoder.hpp"
#include "http/body_encoder.hpp"

namespace {

using namespace headgate;
using namespace headgate::http;
using Kind = BodyDecoder::Step::Kind;

constexpr std::size_t trailer_limit = 256;
/// A field written anew may be a byte longer: "a:b" becomes "a: b".
constexpr std::size_t rewritten_trailer_limit = 2 * trailer_limit;

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "property violated: %s\n", what);
  std::abort();
}

struct Decoded {
  std::string content;
  std::string trailers;
  std::size_t consumed = 0;  ///< meaningful when complete
  bool complete = false;
  Cause failure = Cause::none;
};

Decoded decode(std::string_view in, std::size_t piece, std::uint64_t max_bytes, std::size_t limit = trailer_limit) {
  BodyDecoder decoder;
  decoder.start({BodyKind::chunked, 0}, Origin::client, max_bytes, limit);
  Decoded result;
  for (std::size_t received = 0; received < in.size() && !decoder.done();) {
    received = std::min(in.size(), received + piece);
    while (result.consumed < received && !decoder.done()) {
      const auto step = decoder.next(in.substr(result.consumed, received - result.consumed));
      if (step.kind == Kind::failed) {
        result.failure = step.error.cause;
        return result;
      }
      require(step.consumed > 0 && step.consumed <= received - result.consumed, "moves on, within its input");
      require(step.data.empty() == (step.kind != Kind::data), "data exactly when it says so");
      require(step.kind != Kind::end || decoder.done(), "done at the end");
      result.content += step.data;
      result.consumed += step.consumed;
      require(step.kind != Kind::need_more || result.consumed == received, "needs more only when all is used");
    }
  }
  result.complete = decoder.done();
  if (result.complete) result.trailers = decoder.trailer_lines();
  return result;
}

void check_round_trip(const Decoded& decoded) {
  std::string out;
  append_chunk(out, decoded.content);
  append_last_chunk(out, decoded.trailers);
  const Decoded again = decode(out, out.size(), 0, rewritten_trailer_limit);
  require(again.complete && again.consumed == out.size(), "what was written decodes");
  require(again.content == decoded.content && again.trailers == decoded.trailers, "the same body");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t piece = 1 + data[0] % 16;
  const std::uint64_t max_bytes = data[0] >= 128 ? 64 : 0;
  const std::string_view in{reinterpret_cast<const char*>(data + 1), size - 1};

  const Decoded whole = decode(in, in.size(), max_bytes);
  const Decoded split = decode(in, piece, max_bytes);
  require(whole.complete == split.complete && whole.failure == split.failure, "same outcome");
  require(whole.content == split.content && whole.trailers == split.trailers, "same body");
  if (max_bytes != 0) require(whole.content.size() <= max_bytes, "within the limit");
  if (whole.complete) {
    require(whole.consumed == split.consumed, "same end");
    check_round_trip(whole);
  }
  return 0;
}
