// Http2Session: what comes, and what is made of it.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "http/http2_fields.hpp"
#include "http/http2_priority.hpp"
#include "server/http2_session.hpp"
#include "server/worker.hpp"

namespace headgate::server {
namespace {

using std::chrono::milliseconds;

/// Decoded, against limits.head_bytes: what is above is answered with 431 up to here, and an attack beyond.
constexpr std::size_t flood_factor = 16;

}  // namespace

/// False: the client has closed, or was lost.
bool Http2Session::receive() {
  auto& space = worker_.http2().in;
  const net::IoResult got = stream_.try_read(space);
  if (got.error == EAGAIN) return true;
  if (!got.ok()) return false;
  if (!failed_) feed({space.data(), got.bytes});
  return true;
}

void Http2Session::feed(std::string_view bytes) {
  const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const ssize_t taken = nghttp2_session_mem_recv(session_.get(), begin, bytes.size());
  if (taken < 0) fail_from(static_cast<int>(taken));
  frames_.advance(bytes);
  watch_frame();
  run_ready();
  turn_end_.ask();
}

/// What has begun must be complete in time, however its bytes trickle in. Of a request's body only some progress is
/// asked for, which is the stream's matter. A new connection has the time of one head for everything up to its first.
void Http2Session::watch_frame() {
  if (fresh_) return;
  const bool body = frames_.in_data() && !streams_.empty();
  if (!frames_.pending() || body) return frame_due_.disarm();
  if (frame_due_.armed() && std::exchange(due_of_, frames_.completed()) == frames_.completed()) return;
  due_of_ = frames_.completed();
  frame_due_.arm(worker_.snapshot()->plan->settings.timeouts.client_head);
}

void Http2Session::frame_overdue() {
  if (!fresh_ || !streams_.empty()) return (void)fail(Cause::client_head_timeout, NGHTTP2_ENHANCE_YOUR_CALM);
  if (failed_ || over_) return;
  if (settings_due_.armed()) return (void)fail(Cause::http2_settings_timeout, NGHTTP2_SETTINGS_TIMEOUT);
  leave(Cause::client_head_timeout);
  stream_.cancel();  // serve() goes on, and may end the connection
}

milliseconds Http2Session::now() const { return net::DeadlineWheel::time_of(worker_.loop().wheel().now()); }

int Http2Session::count(http::Http2Event event) {
  const Cause cause = floods_.count(event, now());
  return cause == Cause::none ? 0 : fail(cause, NGHTTP2_ENHANCE_YOUR_CALM);
}

/// One that opens no stream, and ends none, asks for nothing, and nghttp2 only reads past it: it may have been on its
/// way when we reset the stream. A number that was passed over never had one (RFC 9113 s5.1.1); the last gap is
/// remembered.
int Http2Session::count_head(std::int32_t stream) {
  if (stream > last_stream_) {
    const std::int32_t before = std::exchange(last_stream_, stream);
    if (stream > before + 2) gap_ = {before, stream};
    return 0;
  }
  if (gap_.first < stream && stream < gap_.second) return break_off("HEADERS of a stream that was passed over");
  const bool known = nghttp2_session_get_stream_user_data(session_.get(), stream) != nullptr;
  return known ? 0 : count(http::Http2Event::reaction);
}

int Http2Session::break_off(const char* what) {
  return fail({Cause::http2_protocol_error, what}, NGHTTP2_PROTOCOL_ERROR);
}

/// Ends the connection with GOAWAY: nothing more of it is read, and nothing else is sent. What the callbacks return
/// then.
int Http2Session::fail(Error error, std::uint32_t code) {
  if (std::exchange(failed_, true)) return NGHTTP2_ERR_CALLBACK_FAILURE;
  ended_for_ = error.cause;
  if (!std::exchange(told_, true)) connection_.tell(error);
  const auto last = static_cast<std::uint32_t>(nghttp2_session_get_last_proc_stream_id(session_.get()));
  const auto put = [](char* at, std::uint32_t value) {
    for (int i = 0; i < 4; ++i) at[i] = static_cast<char>(value >> (24 - 8 * i) & 0xffU);
  };
  goodbye_ = {0, 0, 8, NGHTTP2_GOAWAY};
  put(goodbye_.data() + 9, last);
  put(goodbye_.data() + 13, code);
  turn_end_.ask();
  return NGHTTP2_ERR_CALLBACK_FAILURE;
}

void Http2Session::fail_from(int library_error) {
  switch (library_error) {
    case NGHTTP2_ERR_FLOODED:
      fail({Cause::http2_control_flood, "frames that it takes no answer to"}, NGHTTP2_ENHANCE_YOUR_CALM);
      break;
    case NGHTTP2_ERR_TOO_MANY_CONTINUATIONS:
      fail({Cause::http2_header_flood, "CONTINUATION"}, NGHTTP2_ENHANCE_YOUR_CALM);
      break;
    case NGHTTP2_ERR_CALLBACK_FAILURE:  // of http2::guarded(): the others have failed already
    case NGHTTP2_ERR_NOMEM:
      fail({Cause::internal, "out of memory"}, NGHTTP2_INTERNAL_ERROR);
      break;
    case NGHTTP2_ERR_BAD_CLIENT_MAGIC:
      fail({Cause::http2_protocol_error, "no preface of HTTP/2"}, NGHTTP2_PROTOCOL_ERROR);
      break;
    default:
      fail({Cause::http2_protocol_error, nghttp2_strerror(library_error)}, NGHTTP2_INTERNAL_ERROR);
  }
}

// Heads.

int Http2Session::begin_head(const nghttp2_frame& frame) {
  decoded_ = 0;
  if (frame.headers.cat != NGHTTP2_HCAT_REQUEST) {
    trailers_.begin();
    return 0;
  }
  // Those that the client has reset count while their exchanges come to an end.
  if (streams_.size() >= 2ULL * settings_.max_streams) {
    reset(frame.hd.stream_id, NGHTTP2_REFUSED_STREAM);
    return 0;
  }
  auto* stream = new Http2Stream{*this, frame.hd.stream_id};  // run_ready() deletes it
  streams_.push_back(*stream);
  nghttp2_session_set_stream_user_data(session_.get(), frame.hd.stream_id, stream);
  reader_.begin(stream->head_text(), worker_.snapshot()->plan->head_limits);
  return 0;
}

int Http2Session::add_field(const nghttp2_frame& frame, std::string_view name, std::string_view value) {
  decoded_ += http::section_size(name, value);  // also of a stream that was refused
  if (decoded_ > flood_factor * head_bytes_)
    return fail({Cause::http2_header_flood, "decoded size"}, NGHTTP2_ENHANCE_YOUR_CALM);
  if (nghttp2_session_get_stream_user_data(session_.get(), frame.hd.stream_id) == nullptr) return 0;
  if (frame.headers.cat == NGHTTP2_HCAT_REQUEST)
    reader_.add(name, value);
  else
    trailers_.add(name, value);
  return 0;
}

void Http2Session::head_ended(const nghttp2_frame& frame, Http2Stream& stream) {
  using Outcome = http::Http2RequestReader::Outcome;
  const bool last = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  if (frame.headers.cat != NGHTTP2_HCAT_REQUEST) return trailers_ended(last, stream);
  fresh_ = false;
  RequestHead& head = stream.request();
  const Outcome outcome = reader_.finish(last, head);
  stream.accept(worker_.snapshot(), last);
  if (outcome != Outcome::complete) return stream.refuse(reader_.error(), outcome == Outcome::refused);
  set_priority(stream.id(), head.fields);
  stream.begin();
}

/// Those that wish nothing take turns: by the letter of RFC 9218 s10 they would come one after the other, and a long
/// one would keep the others waiting.
void Http2Session::set_priority(std::int32_t stream, const Fields& fields) {
  constexpr nghttp2_extpri in_turn{NGHTTP2_EXTPRI_DEFAULT_URGENCY, 1};
  auto priority = http::read_priority(fields);
  if (!priority && wished_ahead_ != stream) priority = in_turn;
  if (priority) nghttp2_session_change_extpri_stream_priority(session_.get(), stream, &*priority, 0);
}

void Http2Session::trailers_ended(bool last, Http2Stream& stream) {
  const Error error = last ? trailers_.error() : Error{Cause::client_bad_field, "trailers that do not end the stream"};
  if (error.failed()) return stream.spoil(error);
  stream.end_body(trailers_.lines());
}

}  // namespace headgate::server
