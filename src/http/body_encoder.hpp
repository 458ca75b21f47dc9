// Frames pieces of a body as chunks (RFC 9112 s7.1).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace headgate::http {

/// The line before a chunk's data, "1a2b\r\n", in place: for gathering writes {line, data, chunk_end}.
class ChunkSizeLine {
 public:
  explicit ChunkSizeLine(std::uint64_t bytes);
  [[nodiscard]] std::string_view view() const { return {text_.data() + begin_, text_.size() - begin_}; }

 private:
  std::array<char, 18> text_;  ///< 16 digits and CRLF, right-aligned
  std::uint8_t begin_;
};

inline constexpr std::string_view chunk_end = "\r\n";
/// Ends a body that has no trailers.
inline constexpr std::string_view last_chunk = "0\r\n\r\n";

/// Nothing for an empty piece: a chunk of size zero would end the body.
void append_chunk(std::string& out, std::string_view data);
/// `trailer_lines`: "Name: value\r\n" each, as BodyDecoder::trailer_lines().
void append_last_chunk(std::string& out, std::string_view trailer_lines);

}  // namespace headgate::http
