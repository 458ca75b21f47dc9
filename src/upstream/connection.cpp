#include "upstream/connection.hpp"

#include <algorithm>
#include <utility>

#include "http/body_encoder.hpp"
#include "upstream/pool.hpp"

namespace headgate::upstream {
namespace {

/// A small body piece is copied behind the head: one buffer is cheaper to send than a vector of two.
constexpr std::size_t copied_up_to = 2048;
/// Below this much room a read would be wasted on a system call for a few bytes of a head.
constexpr std::size_t least_room = 1024;
constexpr std::size_t trailer_bytes = 8 * 1024;

}  // namespace

Connection::Connection(Pool& pool, net::StreamPtr stream, Opening opening, std::string preface)
    : pool_{pool},
      stream_{std::move(stream)},
      parser_{http::HeadLimits{}},
      opening_{opening},
      preface_{std::move(preface)} {}

void Connection::begin(const http::HeadLimits& limits, const CallTimeouts& timeouts) {
  timeouts_ = timeouts;
  limits_ = limits;
  parser_ = http::ResponseParser{limits};
  cancelled_ = request_complete_ = spoken_ = head_read_ = response_complete_ = keep_alive_ = false;
  nothing_sent_ = true;
}

Error Connection::written(int error) {
  if (error == 0) {
    nothing_sent_ = false;
    return Error::none();
  }
  return write_failed(error);
}

base::Task<Error> Connection::finish_write(base::Task<int> rest) {
  nothing_sent_ = false;
  co_return written(co_await std::move(rest));
}

base::Task<Error> Connection::send_head(const RequestHead& head, const http::RequestPlan& plan, std::string_view data,
                                        bool last) {
  method_ = head.method;
  request_body_ = plan.body.kind;
  request_complete_ = last;
  asked_upgrade_ = !plan.upgrade.empty();
  out_.clear();
  http::write_request_head(out_, head, plan);
  net::Pieces pieces{};
  if (request_body_ == BodyKind::chunked) {
    http::append_chunk(out_, data);
    if (last) http::append_last_chunk(out_, {});
  } else if (data.size() <= copied_up_to) {
    out_.append(data);
  } else {
    pieces[1] = data;
  }
  pieces[0] = out_;
  auto rest = stream_->write(pieces, timeouts_.idle);
  if (rest.is_ready()) return base::Task<Error>::ready(written(rest.ready_value()));
  return finish_write(std::move(rest));
}

base::Task<Error> Connection::send_body(const http::BodyPiece& piece) {
  request_complete_ = piece.last;
  net::Pieces pieces{};
  const http::ChunkSizeLine size_line{piece.data.size()};
  if (request_body_ == BodyKind::chunked) {
    out_.clear();
    if (!piece.data.empty()) {
      pieces[0] = size_line.view();
      pieces[1] = piece.data;
      out_.append(http::chunk_end);
    }
    if (piece.last) http::append_last_chunk(out_, piece.trailers);
    pieces[2] = out_;
  } else {
    pieces[0] = piece.data;
  }
  stream_->extend_read(timeouts_.first_byte);  // the response is due when the request has been sent
  const int error = co_await stream_->write(pieces, timeouts_.idle);
  co_return written(error);
}

Error Connection::write_failed(int error) const {
  if (cancelled_) return Error{Cause::client_closed};
  if (error == ETIMEDOUT) return Error{Cause::upstream_idle_timeout, "while sending the request"};
  return Error{reused() ? Cause::upstream_closed_reused : Cause::upstream_reset, "while sending the request", error};
}

Error Connection::read_failed(const net::IoResult& got) const {
  if (cancelled_) return Error{Cause::client_closed};
  if (got.error == ETIMEDOUT)
    return Error{head_read_ || parser_.started() ? Cause::upstream_idle_timeout : Cause::upstream_first_byte_timeout};
  if (!spoken_ && reused()) return Error{Cause::upstream_closed_reused, "", got.error};
  return Error{Cause::upstream_reset, got.error == 0 ? "closed" : "", got.error};
}

void Connection::ensure_space(std::size_t room) {
  if (!buffer_.has_memory()) buffer_ = pool_.buffers().lend();
  if (buffer_.space().size() >= room) return;
  if (buffer_.empty()) return buffer_.clear();
  buffer_ = pool_.buffers().grow(std::move(buffer_), std::max(buffer_.size() + room, limits_.head_bytes + room));
  parser_.reset();  // the bytes have moved
}

base::Task<Error> Connection::read_head(ResponseHead& head) {
  head.clear();
  parser_.reset();
  if (cancelled_) co_return Error{Cause::client_closed};  // before anybody waited here
  for (;;) {
    if (!buffer_.empty()) {
      const auto status = parser_.parse(buffer_.view(), head, method_, asked_upgrade_);
      if (status == http::ParseStatus::failed) co_return parser_.error();
      if (status == http::ParseStatus::complete) break;
      if (buffer_.size() > limits_.head_bytes) co_return Error{Cause::upstream_head_too_large};
    }
    const auto limit = parser_.started() ? timeouts_.idle : timeouts_.first_byte;
    // The wait takes no buffer: slow backends keep nothing but the connection busy.
    if (buffer_.empty()) {
      if (const int error = co_await stream_->readable(limit); error != 0) co_return read_failed({0, error});
    }
    ensure_space(least_room);
    const net::IoResult got = co_await stream_->read(buffer_.space(), limit);
    if (!got.ok()) co_return read_failed(got);
    buffer_.commit(got.bytes);
    spoken_ = true;
  }
  buffer_.skip(parser_.consumed());
  if (head.status >= 200) {
    head_read_ = true;
    keep_alive_ = head.keep_alive;
    decoder_.start(head.body, Origin::upstream, 0, trailer_bytes);
    response_complete_ = decoder_.done();
    bulky_ = head.body.kind == BodyKind::length && head.body.length > base::BufferPool::small;
  }
  co_return Error::none();
}

http::BodyPiece Connection::decode() {
  const auto step = decoder_.next(buffer_.view());
  buffer_.skip(step.consumed);
  response_complete_ = decoder_.done();
  http::BodyPiece piece{step.data, {}, response_complete_};
  if (step.kind == http::BodyDecoder::Step::Kind::failed) piece.error = step.error;
  if (response_complete_) piece.trailers = decoder_.trailer_lines();
  return piece;
}

http::BodyPiece Connection::read_buffered() {
  if (response_complete_) return {{}, {}, true};
  while (!buffer_.empty()) {
    const http::BodyPiece piece = decode();
    if (!piece.data.empty() || piece.last || piece.error.failed()) return piece;
  }
  return {};
}

base::Task<http::BodyPiece> Connection::read() {
  for (;;) {
    http::BodyPiece piece = read_buffered();
    if (!piece.data.empty() || piece.last || piece.error.failed()) co_return piece;
    // The head's views point into the block that it came in: it has been sent on by now, so the block is free.
    // While nothing is there to read it goes back to the pool: the few blocks in use stay in the processor's cache.
    buffer_.clear();
    if (!stream_->may_read()) {
      buffer_.release();
      if (const int error = co_await stream_->readable(timeouts_.idle); error != 0) {
        piece.error = read_failed({0, error});
        co_return piece;
      }
    }
    pool_.buffers().provide_for_body(buffer_, bulky_);
    const std::size_t room = buffer_.space().size();
    const net::IoResult got = co_await stream_->read(buffer_.space(), timeouts_.idle);
    if (got.end()) {
      const auto step = decoder_.at_eof();
      response_complete_ = decoder_.done();
      keep_alive_ = false;
      piece.last = step.kind == http::BodyDecoder::Step::Kind::end;
      if (!piece.last) piece.error = step.error;
      co_return piece;
    }
    if (!got.ok()) {
      piece.error = read_failed(got);
      co_return piece;
    }
    buffer_.commit(got.bytes);
    bulky_ = got.bytes == room;
  }
}

void Connection::cancel() {
  cancelled_ = true;
  stream_->cancel();
}

void Connection::finish() {
  const bool complete = request_complete_ && response_complete_ && !cancelled_ && buffer_.empty();
  // The end, or bytes that nobody asked for, may have come in one event with the response: it is not told again.
  pool_.take_back(*this, keep_alive_ && complete && !(stream_->may_read() && is_stale()));
}

void Connection::rest(std::chrono::milliseconds idle_timeout, net::Deadline::Callback on_speak, void* context) {
  ++served_;
  buffer_.release();
  stream_->watch(idle_timeout, on_speak, context);
}

}  // namespace headgate::upstream
