#include "upstream/http2_connection.hpp"

#include <cerrno>
#include <iterator>
#include <new>
#include <utility>

#include "http/http2_memory.hpp"
#include "upstream/http2_rules.hpp"

namespace headgate::upstream {
namespace {

using std::chrono::milliseconds;

/// A backend is more trusted than a client: only what nobody sends in earnest is too much.
constexpr std::uint32_t most_control_frames = 10'000;
/// Answers to SETTINGS and PING that the backend does not read.
constexpr std::size_t most_unread_answers = 1'000;
/// For all calls of a connection together: it is given back as it is used up, and so never what stops anybody.
constexpr std::int32_t connection_window = 16 * 1024 * 1024;
/// Of a request, as nghttp2 reckons: what clients may send is limited before (limits.head_bytes).
constexpr std::size_t longest_head = std::size_t{64} * 1024 * 1024;
/// While there are calls, which have limits of their own.
constexpr milliseconds no_limit = std::chrono::hours{24};

}  // namespace

Http2Connection::Http2Connection(Http2Owner& owner, const Means& means, net::StreamPtr stream,
                                 const config::UpstreamHttp2& settings, std::string_view scheme)
    : owner_{&owner},
      means_{means},
      stream_{std::move(stream)},
      settings_{settings},
      scheme_{scheme},
      opened_at_{means.loop.wheel().now()},
      floods_{most_control_frames, most_control_frames},
      opening_{means.loop.wheel()},
      turn_end_{means.loop.poller(), [](void* self) { static_cast<Http2Connection*>(self)->on_turn_end(); }, this},
      heard_at_{opened_at_} {
  const http2::OptionPtr option = http2::make_option();
  nghttp2_option_set_no_auto_window_update(option.get(), 1);
  nghttp2_option_set_no_http_messaging(option.get(), 1);  // our own rules are as strict, and say what is wrong
  nghttp2_option_set_no_closed_streams(option.get(), 1);
  nghttp2_option_set_max_deflate_dynamic_table_size(option.get(), settings.header_table_bytes);
  nghttp2_option_set_max_send_header_block_length(option.get(), longest_head);
  nghttp2_option_set_max_outbound_ack(option.get(), most_unread_answers);
  nghttp2_session* made = nullptr;
  if (nghttp2_session_client_new3(&made, means.callbacks, this, option.get(), http::http2_memory()) != 0)
    throw std::bad_alloc{};
  session_.reset(made);
  known_limit_ = stream_limit();
}

/// What a turn of the loop would have deleted, had there been another one.
Http2Connection::~Http2Connection() {
  calls_.clear_and_dispose([](Http2Call* call) { delete call; });
}

// Life.

base::Task<Error> Http2Connection::open(milliseconds limit) {
  write_idle_ = limit;
  submit_settings();
  flush();
  watch();
  if (!settings_came_ && !lost_) co_await opening_.wait(limit);
  if (broken_.failed()) co_return broken_;
  if (lost_) co_return Error{Cause::upstream_reset, "closed before its SETTINGS"};
  if (!settings_came_) co_return Error{Cause::upstream_connect_timeout, "no SETTINGS of HTTP/2"};
  if (retired_) co_return Error{Cause::upstream_reset, "GOAWAY at once"};
  if (stream_limit() == 0) co_return Error{Cause::upstream_stream_refused, "SETTINGS_MAX_CONCURRENT_STREAMS is 0"};
  co_return Error::none();
}

void Http2Connection::submit_settings() {
  const auto number = [](std::uint64_t value) { return static_cast<std::uint32_t>(value); };
  const nghttp2_settings_entry entries[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, number(settings_.stream_window)},
      {NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, number(settings_.header_table_bytes)},
  };
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, entries, std::size(entries));
  nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0, connection_window);
}

std::size_t Http2Connection::stream_limit() const {
  return upstream::stream_limit(settings_.max_streams, nghttp2_session_get_remote_settings(
                                                           session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS));
}

CallPtr Http2Connection::begin(const CallOptions& options) {
  auto* call = new Http2Call{*this, options, used_};  // run_ready() deletes it
  used_ = true;
  write_idle_ = options.timeouts.idle;
  if (calls_.empty())
    stream_->watch(
        no_limit, [](void* self) { static_cast<Http2Connection*>(self)->on_event(); }, this);
  calls_.push_back(*call);
  return CallPtr{call};
}

void Http2Connection::retire() {
  retired_ = true;
  turn_end_.ask();
}

void Http2Connection::abandon() {
  owner_ = nullptr;
  lose(Error::none(), 0);
  if (!calls_.empty()) means_.workspace.ending.push_back(shared_from_this());
}

void Http2Connection::doubt(milliseconds silence) {
  if (wheel().since(heard_at_) >= silence) retire();
}

/// All calls fail, but for those that are complete.
void Http2Connection::lose(Error error, int os_error) {
  if (std::exchange(lost_, true)) return;
  retired_ = true;
  stream_->unwatch();
  stream_->close();
  for (Http2Call& call : calls_) call.lose(error.failed() ? error : broken_, os_error);
  opening_.interrupt();
  turn_end_.ask();
}

/// False: it has ended, and its owner has let it go.
bool Http2Connection::settle() {
  const bool over = calls_.empty() && retired_;
  if (!over || owner_ == nullptr) return !over;
  if (!lost_) {
    nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
    flush();
    lose(Error::none(), 0);
  }
  std::exchange(owner_, nullptr)->ended(*this);
  return false;
}

// Reading.

void Http2Connection::watch() {
  if (lost_) return;
  stream_->watch(
      calls_.empty() ? idle_timeout_ : no_limit, [](void* self) { static_cast<Http2Connection*>(self)->on_event(); },
      this);
}

/// Something came, or the time without calls is over.
void Http2Connection::on_event() {
  const auto self = shared_from_this();
  if (stream_->may_read())
    receive();
  else if (calls_.empty() && settings_came_)
    retire();
  else
    watch();
}

void Http2Connection::receive() {
  auto& space = means_.workspace.in;
  const net::IoResult got = stream_->try_read(space);
  if (got.error == EAGAIN) return watch();
  if (!got.ok()) {
    lose(Error::none(), got.error);
    return run_ready();
  }
  heard_at_ = wheel().now();
  ++reads_;
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(space.data());
  const ssize_t taken = nghttp2_session_mem_recv(session_.get(), bytes, got.bytes);
  if (taken < 0) break_off({Cause::upstream_http2_error, nghttp2_strerror(static_cast<int>(taken))});
  if (nghttp2_session_want_read(session_.get()) == 0) retired_ = true;  // the library ends it, perhaps after a write
  turn_end_.ask();  // it may be read further there, and the answers leave
  run_ready();
}

void Http2Connection::queue(Http2Call& call) {
  turn_end_.ask();
  if (!std::exchange(call.queued, true)) ready_.push_back(&call);
}

void Http2Connection::run_ready() {
  if (ready_.empty() || running_) return;
  running_ = true;
  const std::size_t before = calls_.size();
  for (std::size_t i = 0; i < ready_.size(); ++i) {  // it may grow meanwhile
    Http2Call& call = *ready_[i];
    call.queued = false;
    call.go_on();
    if (!call.is_over() || call.queued) continue;
    calls_.erase(calls_.iterator_to(call));
    delete &call;
  }
  ready_.clear();
  running_ = false;
  if (calls_.size() == before || owner_ == nullptr) return;
  if (calls_.empty()) watch();
  owner_->room_changed(*this);
}

// Heads.

Http2Call* Http2Connection::call_of(std::int32_t stream) {
  return static_cast<Http2Call*>(nghttp2_session_get_stream_user_data(session_.get(), stream));
}

int Http2Connection::count(http::Http2Event event) {
  if (floods_.count(event, net::DeadlineWheel::time_of(wheel().now())) == Cause::none) return 0;
  return break_off({Cause::upstream_http2_error, "a flood of control frames"});
}

/// What the callbacks return then.
int Http2Connection::break_off(Error error) {
  if (!broken_.failed()) broken_ = error;
  turn_end_.ask();
  return NGHTTP2_ERR_CALLBACK_FAILURE;
}

int Http2Connection::begin_head(const nghttp2_frame& frame) {
  if (frame.hd.type != NGHTTP2_HEADERS) return break_off({Cause::upstream_http2_error, "a push"});
  decoded_ = 0;
  Http2Call* const call = call_of(frame.hd.stream_id);
  if (call == nullptr) return 0;
  if (call->expects_trailers())
    trailers_.begin();
  else
    reader_.begin(call->limits());
  return 0;
}

int Http2Connection::add_field(const nghttp2_frame& frame, std::string_view name, std::string_view value) {
  constexpr std::size_t flood_bytes = 1024 * 1024;  // decoded: no head is worth more, kept or not
  decoded_ += name.size() + value.size();
  if (decoded_ > flood_bytes) return break_off({Cause::upstream_http2_error, "a flood of fields"});
  Http2Call* const call = call_of(frame.hd.stream_id);
  if (call == nullptr) return 0;
  if (call->expects_trailers())
    trailers_.add(name, value);
  else
    reader_.add(name, value);
  return 0;
}

void Http2Connection::head_ended(const nghttp2_frame& frame) {
  Http2Call* const call = call_of(frame.hd.stream_id);
  if (call == nullptr) return;
  const bool last = http2::has(frame.hd, NGHTTP2_FLAG_END_STREAM);
  if (!call->expects_trailers()) {
    const Error error = reader_.finish(call->arriving_heads());
    return error.failed() ? call->spoil(error) : call->head_came(reader_.is_interim(), last);
  }
  if (!last) return call->spoil({Cause::upstream_bad_field, "trailers that do not end the stream"});
  if (trailers_.error().failed()) return call->spoil(trailers_.error());
  call->body_ended(trailers_.lines());
}

}  // namespace headgate::upstream
