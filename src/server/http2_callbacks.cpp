// What nghttp2 tells: taken down for the session and its streams, which act on it later.
#include "server/http2_session.hpp"
#include "server/worker.hpp"

namespace headgate::server {
using http2::has;
using http2::text_of;

struct Http2Callbacks {
  static Http2Session& session(void* data) { return *static_cast<Http2Session*>(data); }
  static Http2Stream* stream(nghttp2_session* session, std::int32_t id) {
    return static_cast<Http2Stream*>(nghttp2_session_get_stream_user_data(session, id));
  }

  /// Counted before anything is done for it.
  static int on_begin_frame(nghttp2_session* library, const nghttp2_frame_hd* head, void* data) {
    using enum http::Http2Event;
    switch (head->type) {
      case NGHTTP2_HEADERS:
        return session(data).count_head(head->stream_id);
      case NGHTTP2_CONTINUATION:
        return 0;
      case NGHTTP2_DATA:
        return head->length != 0 || has(*head, NGHTTP2_FLAG_END_STREAM) ? 0 : session(data).count(control);
      case NGHTTP2_RST_STREAM: {  // whoever has its response only says that it sends no more
        const Http2Stream* const of = stream(library, head->stream_id);
        return of != nullptr && of->response_ended() ? 0 : session(data).count(http::Http2Event::reset);
      }
      case NGHTTP2_WINDOW_UPDATE:
        return session(data).count(reaction);
      case NGHTTP2_PRIORITY:  // nghttp2 looks at none, as we declined this scheme (RFC 9218 s2.1)
        return head->stream_id == 0 ? session(data).break_off("PRIORITY of stream 0") : session(data).count(control);
      case NGHTTP2_PING:
        return session(data).count(has(*head, NGHTTP2_FLAG_ACK) ? control : reaction);
      default:
        return session(data).count(control);
    }
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    return http2::guarded([&] { return session(data).begin_head(*frame); });
  }

  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* data) {
    return http2::guarded(
        [&] { return session(data).add_field(*frame, text_of(name, name_size), text_of(value, value_size)); });
  }

  static int on_frame_recv(nghttp2_session* library, const nghttp2_frame* frame, void* data) {
    return http2::guarded([&] {
      take_frame(session(data), *frame, stream(library, frame->hd.stream_id));
      return http2::is_mere_padding(*frame) ? session(data).count(http::Http2Event::control) : 0;
    });
  }

  static void take_frame(Http2Session& self, const nghttp2_frame& frame, Http2Stream* of) {
    switch (frame.hd.type) {
      case NGHTTP2_HEADERS:
        if (of != nullptr) self.head_ended(frame, *of);
        break;
      case NGHTTP2_DATA:
        if (of != nullptr && has(frame.hd, NGHTTP2_FLAG_END_STREAM)) of->end_body({});
        break;
      case NGHTTP2_SETTINGS:
        if (has(frame.hd, NGHTTP2_FLAG_ACK)) self.settings_acknowledged();
        break;
      case NGHTTP2_PING:
        if (has(frame.hd, NGHTTP2_FLAG_ACK)) self.say_that_no_more_is_taken();
        break;
      case NGHTTP2_PRIORITY_UPDATE: {
        const auto* update = static_cast<const nghttp2_ext_priority_update*>(frame.ext.payload);
        if (update->stream_id > self.last_stream_) self.wished_ahead_ = update->stream_id;
        break;
      }
      default:
        break;
    }
  }

  static int on_data_chunk(nghttp2_session* library, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                           std::size_t size, void* data) {
    Http2Session& self = session(data);
    Http2Stream* const of = stream(library, id);
    return http2::guarded([&] {
      if (of != nullptr)
        of->take_body(text_of(bytes, size));
      else
        self.consume(id, size);
      return 0;
    });
  }

  static int on_stream_close(nghttp2_session* library, std::int32_t id, std::uint32_t, void* data) {
    if (Http2Stream* of = stream(library, id)) {
      of->closed();
      session(data).queue(*of);
    }
    return 0;
  }

  static int on_frame_send(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    return session(data).sent(*frame);
  }

  /// nghttp2 keeps to itself what would be longer than it was allowed, and the stream would wait for it.
  static int on_frame_not_send(nghttp2_session* library, const nghttp2_frame* frame, int error, void*) {
    Http2Stream* const of = stream(library, frame->hd.stream_id);
    if (of != nullptr && frame->hd.type == NGHTTP2_HEADERS && error == NGHTTP2_ERR_FRAME_SIZE_ERROR)
      of->cannot_answer({Cause::upstream_head_too_large, "as HTTP/2"});
    return 0;
  }

  static ssize_t read_body(nghttp2_session* library, std::int32_t id, std::uint8_t*, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source* source, void* data) {
    auto& of = *static_cast<Http2Stream*>(source->ptr);
    const http2::Portion portion = of.next_portion(most);
    return http2::announce(portion, of.trailers(), library, id, *flags, session(data).worker().http2().fields);
  }

  static int send_body(nghttp2_session*, nghttp2_frame*, const std::uint8_t* head, std::size_t size,
                       nghttp2_data_source* source, void* data) {
    Http2Session& self = session(data);
    std::vector<char>& out = self.worker().http2().out;
    if (out.size() >= Http2Workspace::out_bytes || self.hungry_) return NGHTTP2_ERR_WOULDBLOCK;
    auto& of = *static_cast<Http2Stream*>(source->ptr);
    const bool there = http2::append_data(out, head, of, size);
    self.hungry_ = there && of.is_hungry();
    return there ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
};

Http2Workspace::Http2Workspace() : callbacks{http2::make_callbacks()} {
  nghttp2_session_callbacks* const made = callbacks.get();
  nghttp2_session_callbacks_set_on_begin_frame_callback(made, Http2Callbacks::on_begin_frame);
  nghttp2_session_callbacks_set_on_begin_headers_callback(made, Http2Callbacks::on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback(made, Http2Callbacks::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made, Http2Callbacks::on_frame_recv);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, Http2Callbacks::on_data_chunk);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, Http2Callbacks::on_stream_close);
  nghttp2_session_callbacks_set_on_frame_send_callback(made, Http2Callbacks::on_frame_send);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(made, Http2Callbacks::on_frame_not_send);
  nghttp2_session_callbacks_set_send_data_callback(made, Http2Callbacks::send_body);
}

void Http2Session::send_response(Http2Stream& stream, std::string_view head, bool with_body) {
  http::Http2Fields& fields = worker_.http2().fields;
  fields.take_response_head(head);
  nghttp2_data_provider body{};
  body.source.ptr = &stream;
  body.read_callback = Http2Callbacks::read_body;
  nghttp2_submit_response(session_.get(), stream.id(), fields.data(), fields.size(), with_body ? &body : nullptr);
  turn_end_.ask();
}

}  // namespace headgate::server
