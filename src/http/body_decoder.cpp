#include "http/body_decoder.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/ascii.hpp"
#include "http/field_names.hpp"
#include "http/field_section.hpp"

namespace headgate::http {
namespace {

/// Size, extensions and line end. Extensions are dropped, and in practice not used.
constexpr std::uint32_t max_size_line_bytes = 1024;
constexpr std::uint32_t max_trailer_count = 100;
/// Sizes stay below 2^63, as content lengths do.
constexpr std::uint64_t max_size_before_digit =
    static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) >> 4;

}  // namespace

void BodyDecoder::start(BodyFraming framing, Origin side, std::uint64_t max_bytes, std::size_t trailer_bytes_limit) {
  side_ = side;
  allowed_ = max_bytes == 0 ? std::numeric_limits<std::uint64_t>::max() : max_bytes;
  trailer_limit_ = trailer_bytes_limit;
  remaining_ = 0;
  line_bytes_ = 0;
  has_size_ = false;
  error_ = Error{Cause::none};
  trailers_.clear();
  switch (framing.kind) {
    case BodyKind::none:
      state_ = State::done;
      break;
    case BodyKind::length:
      remaining_ = framing.length;
      state_ = remaining_ == 0 ? State::done : State::length;
      if (remaining_ > allowed_) fail({Cause::client_body_too_large, "Content-Length"});
      break;
    case BodyKind::chunked:
      state_ = State::chunk_size;
      break;
    case BodyKind::until_close:
      state_ = State::until_close;
      break;
  }
}

BodyDecoder::Step BodyDecoder::next_framed(std::string_view in) {
  switch (state_) {
    case State::done:
      return {Step::Kind::end, 0, {}, {}};
    case State::failed:
      return failed();
    case State::until_close:
      return next_unframed(in);
    default:
      return next_chunked(in);
  }
}

BodyDecoder::Step BodyDecoder::next_unframed(std::string_view in) {
  if (in.size() > allowed_) {
    fail({Cause::client_body_too_large});
    return failed();
  }
  allowed_ -= in.size();
  return {in.empty() ? Step::Kind::need_more : Step::Kind::data, in.size(), in, {}};
}

BodyDecoder::Step BodyDecoder::next_chunked(std::string_view in) {
  std::size_t at = 0;
  while (at < in.size()) {
    if (state_ == State::chunk_data) return take_chunk_data(in, at);
    if (!read_framing_byte(in[at++])) return failed();
    if (state_ == State::done) return {Step::Kind::end, at, {}, {}};
  }
  return {Step::Kind::need_more, at, {}, {}};
}

BodyDecoder::Step BodyDecoder::take_chunk_data(std::string_view in, std::size_t framing) {
  const std::size_t available = in.size() - framing;
  const std::size_t size = remaining_ < available ? static_cast<std::size_t>(remaining_) : available;
  remaining_ -= size;
  if (remaining_ == 0) state_ = State::chunk_data_return;
  return {Step::Kind::data, framing + size, in.substr(framing, size), {}};
}

bool BodyDecoder::read_framing_byte(char byte) {
  switch (state_) {
    case State::chunk_data_return:
      if (byte != '\r') return bad_chunk("chunk data longer than its size");
      state_ = State::chunk_data_line_feed;
      return true;
    case State::chunk_data_line_feed:
      if (byte != '\n') return bad_chunk("bare CR after chunk data");
      state_ = State::chunk_size;
      line_bytes_ = 0;
      has_size_ = false;
      return true;
    case State::trailers:
      return read_trailer_byte(byte);
    default:
      return read_size_byte(byte);
  }
}

/// chunk-size [ BWS ";" chunk-ext ] CRLF. White space is good only in front of an extension.
bool BodyDecoder::read_size_byte(char byte) {
  if (state_ == State::chunk_line_feed) return byte == '\n' ? end_size_line() : bad_chunk("bare CR in a size line");
  if (++line_bytes_ > max_size_line_bytes) return bad_chunk("over-long chunk extension");
  if (state_ == State::chunk_extension) {
    if (byte == '\r') state_ = State::chunk_line_feed;
    return byte == '\r' || base::is_field_value_char(byte) || bad_chunk("control character in a chunk extension");
  }
  const int digit = state_ == State::chunk_size ? base::hex_value(byte) : -1;
  if (digit >= 0) {
    if (remaining_ > max_size_before_digit) return bad_chunk("chunk size overflow");
    remaining_ = remaining_ * 16 + static_cast<std::uint64_t>(digit);
    has_size_ = true;
    return true;
  }
  if (!has_size_) return bad_chunk("no chunk size");
  if (byte == ';') {
    state_ = State::chunk_extension;
  } else if (byte == '\r' && state_ == State::chunk_size) {
    state_ = State::chunk_line_feed;
  } else if (base::is_ows(byte)) {
    state_ = State::chunk_space;
  } else {
    return bad_chunk("chunk size");
  }
  return true;
}

bool BodyDecoder::end_size_line() {
  line_bytes_ = 0;
  if (remaining_ > allowed_) return fail({Cause::client_body_too_large, "chunked"});
  allowed_ -= remaining_;
  state_ = remaining_ == 0 ? State::trailers : State::chunk_data;
  return true;
}

/// Collects the trailer section up to its empty line.
bool BodyDecoder::read_trailer_byte(char byte) {
  if (trailers_.size() >= trailer_limit_ + 2) return bad_chunk("over-long trailer section");
  trailers_ += byte;
  ++line_bytes_;
  if (byte != '\n') return true;
  if (line_bytes_ < 2 || trailers_[trailers_.size() - 2] != '\r') return bad_chunk("bare LF in the trailer section");
  if (line_bytes_ == 2) return keep_trailers();
  line_bytes_ = 0;
  return true;
}

bool BodyDecoder::keep_trailers() {
  std::string kept;
  if (trailers_.size() > 2) {
    FieldSection section{side_};
    section.reset(0);
    Fields fields;
    std::size_t at = 0;
    if (section.parse(trailers_, at, max_trailer_count, fields) != ParseStatus::complete)
      return bad_chunk("malformed trailer section");
    for (const Field& field : fields) {
      const TrailerUse use = trailer_use(field.id, field.name);
      if (use == TrailerUse::refuse) return bad_chunk("a trailer that is only good in a head");
      if (use == TrailerUse::keep) kept.append(field.name).append(": ").append(field.value).append("\r\n");
    }
  }
  trailers_ = std::move(kept);
  state_ = State::done;
  return true;
}

BodyDecoder::Step BodyDecoder::at_eof() {
  if (state_ == State::until_close) state_ = State::done;
  if (state_ == State::done) return {Step::Kind::end, 0, {}, {}};
  if (state_ != State::failed)
    fail({side_ == Origin::client ? Cause::client_body_truncated : Cause::upstream_reset, "in the body"});
  return failed();
}

bool BodyDecoder::fail(Error error) {
  error_ = error;
  state_ = State::failed;
  return false;
}

bool BodyDecoder::bad_chunk(const char* detail) {
  return fail({side_ == Origin::client ? Cause::client_bad_chunk : Cause::upstream_bad_chunk, detail});
}

}  // namespace headgate::http
