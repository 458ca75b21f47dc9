// Http2Session: what leaves, once a turn of the loop.
#include <utility>

#include "server/http2_session.hpp"
#include "server/worker.hpp"

namespace headgate::server {
namespace {

/// Streams reset with one of these were spoilt by the client.
bool is_clients_fault(std::uint32_t code) {
  return code == NGHTTP2_PROTOCOL_ERROR || code == NGHTTP2_FLOW_CONTROL_ERROR || code == NGHTTP2_STREAM_CLOSED ||
         code == NGHTTP2_FRAME_SIZE_ERROR || code == NGHTTP2_REFUSED_STREAM;
}

}  // namespace

/// What was taken shows that the stream flows.
void Http2Session::consume(std::int32_t stream, std::size_t bytes) {
  auto* const of = static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session_.get(), stream));
  if (of != nullptr && !of->widened && !of->request_body().ended() && shares_.widen()) {
    of->widened = true;
    nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, stream, shares_.full());
  }
  nghttp2_session_consume(session_.get(), stream, bytes);
  turn_end_.ask();
}

void Http2Session::resume(std::int32_t stream) {
  nghttp2_session_resume_data(session_.get(), stream);
  turn_end_.ask();
}

bool Http2Session::end_without_window(std::int32_t stream, std::string_view trailers) {
  turn_end_.ask();
  return http2::end_without_window(trailers, session_.get(), stream, worker_.http2().fields);
}

void Http2Session::reset(std::int32_t stream, std::uint32_t code) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, code);
  turn_end_.ask();
}

void Http2Session::send_interim(std::int32_t stream, std::string_view head) {
  http::Http2Fields& fields = worker_.http2().fields;
  fields.take_response_head(head);
  nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream, nullptr, fields.data(), fields.size(), nullptr);
  turn_end_.ask();
}

void Http2Session::on_turn_end() {
  run_ready();
  if (over_) {
    if (streams_.empty()) ended_.ring();  // serve() goes on, and may end the connection
    return;
  }
  flush();
  run_ready();  // whose bytes were taken; what they bring now leaves in the next turn
  over_ = is_over();
  if (over_) stream_.cancel();  // serve() goes on, and may end the connection
}

bool Http2Session::is_over() const {
  if (broken_ || failed_) return true;
  if (is_writing()) return false;
  return nghttp2_session_want_read(session_.get()) == 0 && nghttp2_session_want_write(session_.get()) == 0;
}

bool Http2Session::holds_up(std::int32_t stream, std::uint64_t since) const {
  if (is_writing()) return true;
  return data_sent_at_ > since && nghttp2_session_get_stream_remote_window_size(session_.get(), stream) > 0;
}

void Http2Session::flush() {
  if (is_writing()) return;  // its end asks for another turn
  std::vector<char>& out = worker_.http2().out;
  out.clear();
  if (!failed_) fill(out);
  if (failed_) out.insert(out.end(), goodbye_.begin(), goodbye_.end());
  if (out.empty()) return;
  auto rest = stream_.write({std::string_view{out.data(), out.size()}}, timeouts().client_write_idle);
  if (rest.is_ready()) {
    broken_ = rest.ready_value() != 0;
    if (!failed_ && nghttp2_session_want_write(session_.get()) != 0) turn_end_.ask();
    return;
  }
  unsent_ = std::exchange(out, {});
  writing_ = write_rest(std::move(rest));
  writing_.start();
}

/// Whole frames, until there are none or it is enough for one turn.
void Http2Session::fill(std::vector<char>& out) {
  while (out.size() < Http2Workspace::out_bytes && !failed_) {
    const std::uint8_t* frames = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &frames);
    if (size < 0) return fail_from(static_cast<int>(size));
    out.insert(out.end(), frames, frames + size);
    if (std::exchange(hungry_, false))
      run_ready();
    else if (size == 0)
      return;
  }
}

base::Task<void> Http2Session::write_rest(base::Task<int> rest) {
  const int error = co_await std::move(rest);
  if (error == ETIMEDOUT) connection_.tell(Cause::client_write_timeout);
  broken_ = error != 0;
  unsent_ = {};
  turn_end_.ask();
}

/// A frame has been written, into our memory at least.
int Http2Session::sent(const nghttp2_frame& frame) {
  switch (frame.hd.type) {
    case NGHTTP2_GOAWAY:
      // Behind the notice of a drain: whoever answers has seen it.
      if (last_call_.armed()) nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);
      if (frame.goaway.error_code != NGHTTP2_NO_ERROR && !std::exchange(told_, true))
        connection_.tell({Cause::http2_protocol_error, nghttp2_http2_strerror(frame.goaway.error_code)});
      return 0;
    case NGHTTP2_RST_STREAM:
      (void)floods_.count(http::Http2Event::explanation, now());
      return is_clients_fault(frame.rst_stream.error_code) ? count(http::Http2Event::reset) : 0;
    case NGHTTP2_DATA:
      data_sent_at_ = worker_.loop().wheel().now();
      (void)floods_.count(http::Http2Event::explanation, now());
      break;
    case NGHTTP2_HEADERS:
      break;
    default:
      return 0;
  }
  auto* stream = static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session_.get(), frame.hd.stream_id));
  if ((frame.hd.flags & NGHTTP2_FLAG_END_STREAM) == 0 || stream == nullptr) return 0;
  stream->end_sent();
  return 0;
}

}  // namespace headgate::server
