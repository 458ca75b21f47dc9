#include "server/http2_session.hpp"

#include <cerrno>
#include <exception>
#include <iterator>
#include <new>
#include <utility>

#include "http/http2_memory.hpp"
#include "server/worker.hpp"

namespace headgate::server {
namespace {

using std::chrono::milliseconds;

/// A client that was told of the drain needs a round trip until it sends nothing new.
constexpr milliseconds last_call{1'000};

/// Of nghttp2's own counts.
constexpr std::uint64_t no_limit = 1ULL << 40U;

}  // namespace

Http2Session::Http2Session(Connection& connection)
    : connection_{connection},
      worker_{connection.worker()},
      stream_{connection.stream()},
      settings_{worker_.snapshot()->plan->settings.http2},
      head_bytes_{worker_.snapshot()->plan->settings.limits.head_bytes},
      shares_{{settings_.connection_window, settings_.stream_window, settings_.max_streams}},
      floods_{settings_.resets, settings_.control_frames},
      turn_end_{worker_.loop().poller(), [](void* self) { static_cast<Http2Session*>(self)->on_turn_end(); }, this},
      settings_due_{worker_.loop().wheel(),
                    [](void* self) {
                      static_cast<Http2Session*>(self)->fail(Cause::http2_settings_timeout, NGHTTP2_SETTINGS_TIMEOUT);
                    },
                    this},
      frame_due_{worker_.loop().wheel(), [](void* self) { static_cast<Http2Session*>(self)->frame_overdue(); }, this},
      last_call_{worker_.loop().wheel(),
                 [](void* self) { static_cast<Http2Session*>(self)->say_that_no_more_is_taken(); }, this} {}

Http2Session::~Http2Session() {
  streams_.clear_and_dispose([](Http2Stream* stream) { delete stream; });
}

/// Those of today: the client was told nothing of them.
const config::Timeouts& Http2Session::timeouts() const { return worker_.snapshot()->plan->settings.timeouts; }

// Life.

base::Task<bool> Http2Session::serve() {
  try {
    open();
    while (!over_ && !client_left_) {
      const int waited = co_await stream_.readable(fresh_ ? timeouts().client_head : timeouts().client_idle);
      if (waited == 0) {
        client_left_ = !receive();
      } else if (waited != ETIMEDOUT) {
        break;
      } else if (streams_.empty()) {  // else they have limits of their own
        leave(fresh_ ? Cause::client_head_timeout : Cause::client_idle_timeout);
      }
    }
  } catch (const std::exception&) {
    connection_.tell(Cause::internal);  // out of memory
  }
  over_ = true;
  lose_streams(ended_for_);
  while (!streams_.empty()) co_await ended_.wait();
  if (writing_.started() && !writing_.done()) stream_.cancel();
  co_return !client_left_ && !broken_;
}

void Http2Session::open() {
  const http2::OptionPtr made_option = http2::make_option();
  nghttp2_option* const option = made_option.get();
  nghttp2_option_set_no_auto_window_update(option, 1);
  nghttp2_option_set_no_http_messaging(option, 1);  // our own rules are as strict, and say what is wrong
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_option_set_max_deflate_dynamic_table_size(option, settings_.header_table_bytes);
  nghttp2_option_set_max_send_header_block_length(option, http2::longest_section(head_bytes_));
  nghttp2_option_set_max_outbound_ack(option, settings_.control_frames);
  nghttp2_option_set_stream_reset_rate_limit(option, no_limit, no_limit);  // we count, and know which were answered
  nghttp2_option_set_builtin_recv_extension_type(option, NGHTTP2_PRIORITY_UPDATE);
  nghttp2_session* made = nullptr;
  const int error =
      nghttp2_session_server_new3(&made, worker_.http2().callbacks.get(), this, option, http::http2_memory());
  if (error != 0) throw std::bad_alloc{};
  session_.reset(made);
  send_settings();
  frame_due_.arm(timeouts().client_head);
  if (connection_.draining()) drain();
  base::Buffer& begun = connection_.buffer();
  if (!begun.empty()) feed(begun.view());
  begun.release();
}

void Http2Session::send_settings() {
  const auto number = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  const nghttp2_settings_entry entries[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings_.max_streams},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<std::uint32_t>(shares_.first())},
      {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, number(settings_.header_table_bytes)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, number(head_bytes_)},
      {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
      {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},
  };
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, entries, std::size(entries));
  nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0, shares_.connection());
  settings_due_.arm(timeouts().client_head);
  turn_end_.ask();
}

/// Nothing runs: there is nothing that the client could lose.
void Http2Session::leave(Cause cause) {
  connection_.tell_silent_close(cause);
  nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
  flush();
  client_left_ = true;
}

void Http2Session::drain() {
  if (!session_ || last_call_.armed()) return;
  nghttp2_submit_shutdown_notice(session_.get());
  last_call_.arm(last_call);
  turn_end_.ask();
}

/// The client has seen that it is to go, and what it had sent until then has come.
void Http2Session::say_that_no_more_is_taken() {
  if (!connection_.draining()) return;
  last_call_.disarm();
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, nghttp2_session_get_last_proc_stream_id(session_.get()),
                        NGHTTP2_NO_ERROR, nullptr, 0);
  turn_end_.ask();
}

void Http2Session::lose_client(Cause cause) {
  over_ = true;
  lose_streams(cause);
  if (streams_.empty()) ended_.ring();
}

void Http2Session::lose_streams(Cause cause) {
  for (Http2Stream& stream : streams_) {
    stream.closed();
    stream.lose(cause);
    queue(stream);
  }
  run_ready();
}

// Streams.

void Http2Session::queue(Http2Stream& stream) {
  turn_end_.ask();
  if (!std::exchange(stream.queued, true)) ready_.push_back(&stream);
}

void Http2Session::run_ready() {
  if (ready_.empty()) return;
  for (std::size_t i = 0; i < ready_.size(); ++i) {  // it may grow meanwhile
    Http2Stream& stream = *ready_[i];
    stream.queued = false;
    stream.go_on();
    if (!stream.finished() || stream.queued) continue;
    if (stream.widened) shares_.give_back();
    streams_.erase(streams_.iterator_to(stream));
    delete &stream;
  }
  ready_.clear();
  if (streams_.empty()) stream_.extend_read(timeouts().client_idle);
}

}  // namespace headgate::server
