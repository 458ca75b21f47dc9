// Whatever fields an HTTP/2 request has, the head that becomes of them is one head of HTTP/1.1: it ends where it ends,
// and no field hides a line. A field is a name, 0x1f, a value, 0x1e.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "http/http2_request.hpp"

namespace {

using namespace headgate;
using namespace headgate::http;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string_view take_until(std::string_view& text, char end) {
  const std::string_view part = text.substr(0, text.find(end));
  text.remove_prefix(std::min(text.size(), part.size() + 1));
  return part;
}

bool ends_a_line(char c) { return c == '\r' || c == '\n' || c == '\0'; }
bool is_clean(std::string_view text) { return std::none_of(text.begin(), text.end(), ends_a_line); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view input{reinterpret_cast<const char*>(data), size};
  std::string text;
  Http2RequestReader reader;
  Http2TrailerReader trailers;
  reader.begin(text, {.head_bytes = 4096, .target_bytes = 256, .header_count = 30});
  trailers.begin();
  while (!input.empty()) {
    std::string_view field = take_until(input, '\x1e');
    const std::string_view name = take_until(field, '\x1f');
    reader.add(name, field);
    trailers.add(name, field);
  }

  RequestHead head;
  const auto outcome = reader.finish(true, head);

  const auto lines = static_cast<std::size_t>(std::count(trailers.lines().begin(), trailers.lines().end(), '\n'));
  require(static_cast<std::size_t>(std::count(trailers.lines().begin(), trailers.lines().end(), '\r')) == lines);
  if (outcome != Http2RequestReader::Outcome::complete) {
    require(reader.error().failed());
    return 0;
  }
  require(text.find("\r\n\r\n") == text.size() - 4);
  require(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) == head.fields.size() + 2);
  require(is_clean(head.method_token) && is_clean(head.target) && is_clean(head.authority));
  for (const Field& field : head.fields) require(!field.name.empty() && is_clean(field.name) && is_clean(field.value));
  return 0;
}
