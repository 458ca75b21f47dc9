#include "upstream/http2_call.hpp"

#include <algorithm>
#include <utility>

#include "http/http2_response.hpp"
#include "upstream/http2_connection.hpp"
#include "upstream/http2_rules.hpp"

namespace headgate::upstream {
namespace {

/// Heads that have come and were not read, in multiples of limits.head_bytes: interim ones, and the final one.
constexpr std::size_t most_unread_heads = 4;

}  // namespace

Http2Call::Http2Call(Http2Connection& connection, const CallOptions& options, bool reused)
    : connection_{connection},
      limits_{options.limits},
      timeouts_{options.timeouts},
      incoming_{connection, connection.buffers(), connection.wheel(), http2::of_upstream},
      outgoing_{connection,
                connection.wheel(),
                {Cause::upstream_idle_timeout, "while sending the request"},
                options.timeouts.idle},
      head_wait_{connection.wheel()},
      reused_{reused} {}

// The request.

base::Task<Error> Http2Call::send_head(const RequestHead& head, const http::RequestPlan& plan, std::string_view data,
                                       bool last) {
  if (failure_.failed()) return base::Task<Error>::ready(failure_);
  method_ = head.method;
  const bool whole = last && data.empty();
  http::RequestPlan sent = plan;
  sent.http2 = true;
  id_ = connection_.send_request(*this, head, sent, !whole);
  if (id_ <= 0) {
    id_ = 0;
    return base::Task<Error>::ready(failed_with({Cause::upstream_closed_reused, "no stream is left"}));
  }
  reads_before_ = connection_.reads();
  incoming_.expect(id_, {}, false);
  incoming_.limit(0, timeouts_.idle);
  request_complete_ = last;
  if (whole) return base::Task<Error>::ready(Error::none());
  return outgoing_.send(id_, {data, {}, last});
}

base::Task<Error> Http2Call::send_body(const http::BodyPiece& piece) {
  request_complete_ = piece.last;
  head_wait_.extend(timeouts_.first_byte);  // the response is due when the request has been sent
  return outgoing_.send(id_, piece);
}

// The response.

base::Task<Error> Http2Call::read_head(ResponseHead& head) {
  head.clear();
  if (cancelled_) co_return failure_;
  if (next_head_ == heads_.size()) {
    if (arriving_heads_.empty() && !failure_.failed()) co_await head_wait_.wait(timeouts_.first_byte);
    if (arriving_heads_.empty()) {
      co_return failed_with({Cause::upstream_first_byte_timeout});
    }
    heads_.clear();
    std::swap(heads_, arriving_heads_);
    next_head_ = 0;
  }
  std::size_t consumed = 0;
  Error error = http::parse_http2_head(std::string_view{heads_}.substr(next_head_), limits_, method_, head, consumed);
  next_head_ += consumed;
  if (!error.failed() && head.status >= 200) {
    bodiless_ = head.body.kind == BodyKind::none;
    error = incoming_.frame(head.body);
  }
  if (error.failed()) spoil(error);
  co_return error;
}

http::BodyPiece Http2Call::read_buffered() {
  if (bodiless_) return {{}, {}, true};
  return incoming_.read_buffered();
}

base::Task<http::BodyPiece> Http2Call::read() {
  if (bodiless_) return base::Task<http::BodyPiece>::ready({{}, {}, true});
  return incoming_.read();
}

// Its end.

Error Http2Call::failed_with(Error error) {
  if (!failure_.failed()) failure_ = error;
  return failure_;
}

void Http2Call::cancel() {
  if (std::exchange(cancelled_, true)) return;
  failure_ = Cause::client_closed;
  if (id_ != 0 && !closed_) connection_.reset(id_, NGHTTP2_CANCEL);
  fail(failure_);
}

void Http2Call::finish() {
  finished_ = true;
  if (id_ == 0) closed_ = true;
  const bool whole = request_complete_ && response_complete();
  if (!closed_) connection_.reset(id_, whole ? NGHTTP2_NO_ERROR : NGHTTP2_CANCEL);
  if (!whole) connection_.doubt(std::min(timeouts_.first_byte, timeouts_.idle));
  outgoing_.drop();
  incoming_.abandon();
  connection_.queue(*this);
}

/// Who waits learns of it; the writer first, as the reader may end the call.
void Http2Call::fail(Error error) {
  failure_told_ = true;
  outgoing_.lose(error);
  incoming_.lose(error);
  head_wait_.interrupt();
}

// From the connection.

void Http2Call::head_came(bool interim, bool last) {
  if (!interim) final_head_came_ = true;
  if (interim && last) return spoil({Cause::upstream_bad_status_line, "an interim response that ends the stream"});
  if (arriving_heads_.size() > most_unread_heads * limits_.head_bytes)
    return spoil({Cause::upstream_head_too_large, "interim responses"});
  if (last) return body_ended({});
  connection_.queue(*this);
}

void Http2Call::data_came(std::string_view data) {
  if (!final_head_came_) return spoil({Cause::upstream_bad_status_line, "DATA in front of the head"});
  if (const Error error = incoming_.arrived(data); error.failed()) return spoil(error);
  connection_.queue(*this);
}

void Http2Call::body_ended(std::string_view trailers) {
  if (!final_head_came_) return spoil({Cause::upstream_bad_status_line, "no head"});
  if (const Error error = incoming_.ended(trailers); error.failed()) return spoil(error);
  connection_.queue(*this);
}

/// nghttp2 closes the stream itself if it has not begun.
void Http2Call::cannot_leave() {
  failed_with({Cause::internal, "a head that is too large for HTTP/2"});
  if (!closed_ && !nothing_sent_) connection_.reset(id_, NGHTTP2_INTERNAL_ERROR);
  connection_.queue(*this);
}

void Http2Call::spoil(Error error) {
  failed_with(error);
  if (!closed_) connection_.reset(id_, NGHTTP2_PROTOCOL_ERROR);
  connection_.queue(*this);
}

void Http2Call::closed(std::uint32_t code, bool goaway) {
  closed_ = true;
  connection_.queue(*this);
  const EndedStream ended{code, goaway, final_head_came_};
  if (was_refused(ended)) nothing_sent_ = true;
  if (!incoming_.ended()) {
    if (!failure_.failed()) reset_code_ = code;
    failed_with(error_of(ended));
  } else if (!request_complete_) {
    outgoing_.note_loss({Cause::upstream_reset, nghttp2_http2_strerror(code)});
  }
}

void Http2Call::lose(Error error, int os_error) {
  closed_ = true;
  connection_.queue(*this);
  if (incoming_.ended() && request_complete_) return;
  const bool came_too_late = reused_ && connection_.reads() == reads_before_;
  failed_with(error.failed() ? error : error_of_lost(os_error, came_too_late, final_head_came_));
}

void Http2Call::go_on() {
  if (finished_) return;
  if (failure_.failed() && !failure_told_) return fail(failure_);
  outgoing_.wake();
  if (!arriving_heads_.empty()) head_wait_.interrupt();
  incoming_.wake();
}

}  // namespace headgate::upstream
