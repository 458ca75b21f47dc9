// Finds the end of a message body and the bytes that belong to it (RFC 9112 s6, s7). Copies nothing but trailers.
//
//   decoder.start(head.body, Origin::client, limit, 8192);
//   while (!decoder.done()) {
//     auto step = decoder.next(unread);             // step.consumed bytes of `unread` are dealt with
//     unread.remove_prefix(step.consumed);
//     data: pass step.data on · need_more: read, or at_eof() when the peer has closed · failed: step.error
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "headgate/error.hpp"
#include "headgate/heads.hpp"

namespace headgate::http {

class BodyDecoder {
 public:
  struct Step {
    enum class Kind : std::uint8_t { data, need_more, end, failed };
    Kind kind = Kind::need_more;
    std::size_t consumed = 0;  ///< bytes of the input that are done with, framing included
    std::string_view data;     ///< the part of the input that is content; not empty exactly for Kind::data
    Error error;
  };

  /// `max_bytes` of content, 0: unlimited; a length or content over it fails with client_body_too_large.
  /// `trailer_bytes_limit`: of the trailer section, line ends included; over it the chunked body counts as malformed.
  void start(BodyFraming framing, Origin side, std::uint64_t max_bytes, std::size_t trailer_bytes_limit);

  /// `in`: what was received and not consumed yet. Kind::need_more has always consumed all of it.
  Step next(std::string_view in) {
    if (state_ != State::length) return next_framed(in);
    const std::size_t size = remaining_ < in.size() ? static_cast<std::size_t>(remaining_) : in.size();
    remaining_ -= size;
    if (remaining_ == 0) state_ = State::done;
    return {size == 0 ? Step::Kind::need_more : Step::Kind::data, size, in.substr(0, size), {}};
  }
  /// The peer has closed: `end` for a body that the close delimits (or one that is done), else `failed`.
  Step at_eof();

  /// The last byte of the body, framing included, was consumed.
  [[nodiscard]] bool done() const { return state_ == State::done; }
  [[nodiscard]] bool has_trailers() const { return !trailers_.empty(); }
  /// "Name: value\r\n" lines, ready to stand between the last chunk's "0\r\n" and the final "\r\n". Checked, rewritten,
  /// without the fields that may not be trailers. Once done.
  [[nodiscard]] std::string_view trailer_lines() const { return trailers_; }

 private:
  enum class State : std::uint8_t {
    done,
    failed,
    length,
    until_close,
    chunk_size,
    chunk_space,
    chunk_extension,
    chunk_line_feed,
    chunk_data,
    chunk_data_return,
    chunk_data_line_feed,
    trailers,
  };

  Step next_framed(std::string_view in);
  Step next_unframed(std::string_view in);
  Step next_chunked(std::string_view in);
  Step take_chunk_data(std::string_view in, std::size_t framing);
  bool read_framing_byte(char byte);
  bool read_size_byte(char byte);
  bool end_size_line();
  bool read_trailer_byte(char byte);
  bool keep_trailers();
  bool fail(Error error);
  bool bad_chunk(const char* detail);
  [[nodiscard]] Step failed() const { return {Step::Kind::failed, 0, {}, error_}; }

  State state_ = State::done;
  Origin side_ = Origin::client;
  bool has_size_ = false;         ///< the current chunk-size line has a digit
  std::uint32_t line_bytes_ = 0;  ///< of the current chunk-size or trailer line
  std::uint64_t remaining_ = 0;   ///< of the content, or of the current chunk
  std::uint64_t allowed_ = 0;     ///< bytes of content still permitted
  std::size_t trailer_limit_ = 0;
  Error error_;
  std::string trailers_;  ///< as received until done, then as to be sent
};

}  // namespace headgate::http
