#include "http/body_encoder.hpp"

namespace headgate::http {

ChunkSizeLine::ChunkSizeLine(std::uint64_t bytes) {
  std::size_t at = text_.size();
  text_[--at] = '\n';
  text_[--at] = '\r';
  do {
    text_[--at] = "0123456789abcdef"[bytes & 0xf];
    bytes >>= 4;
  } while (bytes != 0);
  begin_ = static_cast<std::uint8_t>(at);
}

void append_chunk(std::string& out, std::string_view data) {
  if (data.empty()) return;
  out += ChunkSizeLine{data.size()}.view();
  out += data;
  out += chunk_end;
}

void append_last_chunk(std::string& out, std::string_view trailer_lines) {
  out += "0\r\n";
  out += trailer_lines;
  out += "\r\n";
}

}  // namespace headgate::http
