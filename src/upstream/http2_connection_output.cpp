// Http2Connection: what leaves, once a turn of the loop; and what nghttp2 tells.
#include <cerrno>
#include <utility>

#include "upstream/http2_connection.hpp"

namespace headgate::upstream {

using http2::has;
using http2::text_of;

struct Http2ClientCallbacks {
  static Http2Connection& connection(void* data) { return *static_cast<Http2Connection*>(data); }

  /// Counted before anything is done for it. Streams that the peer resets are failed requests, and counted there.
  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* data) {
    using enum http::Http2Event;
    switch (head->type) {
      case NGHTTP2_HEADERS:
        return connection(data).call_of(head->stream_id) != nullptr ? 0 : connection(data).count(reaction);
      case NGHTTP2_PING:
        return connection(data).count(has(*head, NGHTTP2_FLAG_ACK) ? control : reaction);
      case NGHTTP2_CONTINUATION:
      case NGHTTP2_RST_STREAM:
        return 0;
      case NGHTTP2_DATA:
        return head->length != 0 || has(*head, NGHTTP2_FLAG_END_STREAM) ? 0 : connection(data).count(control);
      case NGHTTP2_WINDOW_UPDATE:
        return connection(data).count(reaction);
      default:
        return connection(data).count(control);
    }
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    return http2::guarded([&] { return connection(data).begin_head(*frame); });
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* data) {
    return http2::guarded(
        [&] { return connection(data).add_field(*frame, text_of(name, name_size), text_of(value, value_size)); });
  }

  static int on_frame_recv(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    return http2::guarded([&] {
      take_frame(connection(data), *frame);
      return http2::is_mere_padding(*frame) ? connection(data).count(http::Http2Event::control) : 0;
    });
  }

  static void take_frame(Http2Connection& self, const nghttp2_frame& frame) {
    switch (frame.hd.type) {
      case NGHTTP2_HEADERS:
        self.head_ended(frame);
        break;
      case NGHTTP2_DATA:
        if (Http2Call* of = self.call_of(frame.hd.stream_id); of != nullptr && has(frame.hd, NGHTTP2_FLAG_END_STREAM))
          of->body_ended({});
        break;
      case NGHTTP2_SETTINGS:
        if (!has(frame.hd, NGHTTP2_FLAG_ACK)) self.settings_came_ = true;
        break;
      case NGHTTP2_GOAWAY:
        self.goaway_ = self.retired_ = true;
        break;
      default:
        break;
    }
  }

  /// What is held for a slow client is the stream's: the connection's window never stops the others.
  static int on_data_chunk(nghttp2_session* library, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                           std::size_t size, void* data) {
    Http2Connection& self = connection(data);
    nghttp2_session_consume_connection(library, size);
    return http2::guarded([&] {
      if (Http2Call* of = self.call_of(id)) of->data_came(text_of(bytes, size));
      return 0;
    });
  }

  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* data) {
    Http2Connection& self = connection(data);
    if (Http2Call* of = self.call_of(id)) of->closed(code, self.goaway_);
    return 0;
  }

  static int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    connection(data).sent(*frame);
    return 0;
  }

  /// nghttp2 keeps to itself what would be longer than it was allowed.
  static int on_frame_not_send(nghttp2_session*, const nghttp2_frame* frame, int error, void* data) {
    Http2Call* const of = connection(data).call_of(frame->hd.stream_id);
    if (of != nullptr && frame->hd.type == NGHTTP2_HEADERS && error == NGHTTP2_ERR_FRAME_SIZE_ERROR) of->cannot_leave();
    return 0;
  }

  static ssize_t read_body(nghttp2_session* library, std::int32_t id, std::uint8_t*, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source* source, void* data) {
    http2::OutgoingBody& body = static_cast<Http2Call*>(source->ptr)->outgoing();
    const http2::Portion portion = body.next_portion(most);
    return http2::announce(portion, body.trailers(), library, id, *flags, connection(data).means_.workspace.fields);
  }

  static int send_body(nghttp2_session*, nghttp2_frame*, const std::uint8_t* head, std::size_t size,
                       nghttp2_data_source* source, void* data) {
    Http2Connection& self = connection(data);
    std::vector<char>& out = self.means_.workspace.out;
    if (out.size() >= http2::Workspace::out_bytes) return NGHTTP2_ERR_WOULDBLOCK;
    auto& call = *static_cast<Http2Call*>(source->ptr);
    if (!http2::append_data(out, head, call.outgoing(), size)) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    self.queue(call);
    return 0;
  }
};

http2::CallbacksPtr Http2Connection::callbacks() {
  http2::CallbacksPtr made = http2::make_callbacks();
  nghttp2_session_callbacks_set_on_begin_frame_callback(made.get(), Http2ClientCallbacks::on_begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(made.get(), Http2ClientCallbacks::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(made.get(), Http2ClientCallbacks::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made.get(), Http2ClientCallbacks::on_frame_recv);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made.get(), Http2ClientCallbacks::on_data_chunk);
  nghttp2_session_callbacks_set_on_stream_close_callback(made.get(), Http2ClientCallbacks::on_stream_close);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(made.get(), Http2ClientCallbacks::on_frame_not_send);
  nghttp2_session_callbacks_set_on_frame_send_callback(made.get(), Http2ClientCallbacks::on_frame_send);
  nghttp2_session_callbacks_set_send_data_callback(made.get(), Http2ClientCallbacks::send_body);
  return made;
}

std::int32_t Http2Connection::send_request(Http2Call& call, const RequestHead& head, const http::RequestPlan& plan,
                                           bool with_body) {
  if (lost_) return 0;
  std::string& text = means_.workspace.text;
  text.clear();
  http::write_request_head(text, head, plan);
  http::Http2Fields& fields = means_.workspace.fields;
  fields.take_request_head(text, scheme_);
  nghttp2_data_provider body{};
  body.source.ptr = &call;
  body.read_callback = Http2ClientCallbacks::read_body;
  turn_end_.ask();
  const std::int32_t id =
      nghttp2_submit_request(session_.get(), nullptr, fields.data(), fields.size(), with_body ? &body : nullptr, &call);
  if (id <= 0) retired_ = true;
  return id;
}

void Http2Connection::consume(std::int32_t stream, std::size_t bytes) {
  nghttp2_session_consume_stream(session_.get(), stream, bytes);
  turn_end_.ask();
}

void Http2Connection::resume(std::int32_t stream) {
  nghttp2_session_resume_data(session_.get(), stream);
  turn_end_.ask();
}

bool Http2Connection::end_without_window(std::int32_t stream, std::string_view trailers) {
  turn_end_.ask();
  return http2::end_without_window(trailers, session_.get(), stream, means_.workspace.fields);
}

void Http2Connection::reset(std::int32_t stream, std::uint32_t code) {
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, code);
  turn_end_.ask();
}

void Http2Connection::on_turn_end() {
  const auto self = shared_from_this();
  check_written();
  run_ready();
  flush();
  run_ready();  // whose bytes were taken
  if (broken_.failed()) {
    lose(broken_, 0);
    run_ready();
  }
  if (settings_came_) opening_.interrupt();
  check_limit();
  if (owner_ == nullptr) std::erase(means_.workspace.ending, self);
  if (!settle() || lost_) return;
  if (stream_->may_read())
    receive();
  else
    watch();
}

void Http2Connection::flush() {
  if (lost_ || (writing_.started() && !writing_.done())) return;  // its end asks for another turn
  std::vector<char>& out = means_.workspace.out;
  out.clear();
  fill(out);
  if (out.empty()) return;
  auto rest = stream_->write({std::string_view{out.data(), out.size()}}, write_idle_);
  if (rest.is_ready()) {
    if (rest.ready_value() != 0) return lose(Error::none(), rest.ready_value());
    if (nghttp2_session_want_write(session_.get()) != 0) turn_end_.ask();
    return;
  }
  unsent_ = std::exchange(out, {});
  writing_ = write_rest(std::move(rest));
  writing_.start();
}

/// Whole frames, until there are none or it is enough for one turn.
void Http2Connection::fill(std::vector<char>& out) {
  while (out.size() < http2::Workspace::out_bytes) {
    const std::uint8_t* frames = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session_.get(), &frames);
    if (size < 0) {
      break_off({Cause::upstream_http2_error, nghttp2_strerror(static_cast<int>(size))});
      return;
    }
    if (size == 0) return;
    out.insert(out.end(), frames, frames + size);
  }
}

base::Task<void> Http2Connection::write_rest(base::Task<int> rest) {
  write_error_ = co_await std::move(rest);
  unsent_ = {};
  turn_end_.ask();  // who is told there may let the connection go, and this frame with it
}

/// A peer may begin with few and allow more later.
void Http2Connection::check_limit() {
  const std::size_t before = std::exchange(known_limit_, stream_limit());
  if (known_limit_ > before && owner_ != nullptr && has_room()) owner_->room_changed(*this);
}

void Http2Connection::check_written() {
  if (write_error_ == ETIMEDOUT)
    lose({Cause::upstream_idle_timeout, "while sending the request"}, 0);
  else if (write_error_ != 0)
    lose(Error::none(), write_error_);
}

/// A frame has been written, into our memory at least.
void Http2Connection::sent(const nghttp2_frame& frame) {
  switch (frame.hd.type) {
    case NGHTTP2_HEADERS:
      if (Http2Call* call = call_of(frame.hd.stream_id)) call->head_left();
      break;
    case NGHTTP2_DATA:
    case NGHTTP2_RST_STREAM:
      (void)count(http::Http2Event::explanation);
      break;
    case NGHTTP2_GOAWAY:  // the library's: the peer broke a rule
      if (frame.goaway.error_code != NGHTTP2_NO_ERROR)
        break_off({Cause::upstream_http2_error,
                   settings_came_ ? nghttp2_http2_strerror(frame.goaway.error_code) : "no SETTINGS of HTTP/2"});
      break;
    default:
      break;
  }
}

}  // namespace headgate::upstream
