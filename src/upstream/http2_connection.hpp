// One HTTP/2 connection to an endpoint (RFC 9113), with the calls that it carries: frames through nghttp2.
//
// As in server/http2_session.hpp, nothing is done from inside of nghttp2, whose callbacks only take notes: calls go on
// once what was read is parsed, or at the end of the turn of the loop, and then everything leaves in one write.
#pragma once

#include <nghttp2/nghttp2.h>

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/buffer.hpp"
#include "base/task.hpp"
#include "config/upstream_settings.hpp"
#include "http/http2_flood.hpp"
#include "http/http2_response.hpp"
#include "http/http2_trailers.hpp"
#include "http2/library.hpp"
#include "http2/workspace.hpp"
#include "net/event_loop.hpp"
#include "net/pause.hpp"
#include "net/stream.hpp"
#include "net/turn_end.hpp"
#include "upstream/http2_call.hpp"

namespace headgate::upstream {

class Http2Connection;

/// What its connections tell of themselves. They may be let go inside.
class Http2Owner {
 public:
  /// A call has ended, or the peer takes more of them.
  virtual void room_changed(Http2Connection& connection) = 0;
  /// It takes no calls any more, and has none.
  virtual void ended(Http2Connection& connection) = 0;

 protected:
  ~Http2Owner() = default;
};

class Http2Connection final : public http2::Window,
                              public http2::Resumer,
                              public std::enable_shared_from_this<Http2Connection> {
 public:
  /// All but the stream outlive it.
  struct Means {
    net::EventLoop& loop;
    base::BufferPool& buffers;
    http2::Workspace& workspace;
    nghttp2_session_callbacks* callbacks;
  };
  Http2Connection(Http2Owner& owner, const Means& means, net::StreamPtr stream, const config::UpstreamHttp2& settings,
                  std::string_view scheme);
  Http2Connection(const Http2Connection&) = delete;
  Http2Connection& operator=(const Http2Connection&) = delete;
  ~Http2Connection();

  /// Says hello and waits for the peer's SETTINGS: only then is known how many calls it takes.
  base::Task<Error> open(std::chrono::milliseconds limit);
  /// open() ends now.
  void give_up() { opening_.interrupt(); }
  /// How long it may be without a call; before open().
  void keep_idle_for(std::chrono::milliseconds time) { idle_timeout_ = time; }
  /// A call on it; only while it has room.
  CallPtr begin(const CallOptions& options);
  [[nodiscard]] bool has_room() const { return !retired_ && calls_.size() < stream_limit(); }
  [[nodiscard]] bool idle() const { return calls_.empty(); }
  [[nodiscard]] std::size_t stream_limit() const;
  [[nodiscard]] std::uint64_t opened_at() const { return opened_at_; }
  /// It takes no calls any more, and ends with those that it has.
  void retire();
  /// The owner goes. Without calls, but for those that have ended in this turn.
  void abandon();

  // For its calls.
  [[nodiscard]] net::DeadlineWheel& wheel() { return means_.loop.wheel(); }
  [[nodiscard]] base::BufferPool& buffers() { return means_.buffers; }
  /// Returns the stream's number; 0 or less: there is none left.
  std::int32_t send_request(Http2Call& call, const RequestHead& head, const http::RequestPlan& plan, bool with_body);
  void consume(std::int32_t stream, std::size_t bytes) override;
  void resume(std::int32_t stream) override;
  bool end_without_window(std::int32_t stream, std::string_view trailers) override;
  void reset(std::int32_t stream, std::uint32_t code);
  /// It will go on soon.
  void queue(Http2Call& call);
  /// A call was given up. If nothing at all has come for so long, nobody may be there.
  void doubt(std::chrono::milliseconds silence);
  /// How often bytes have come.
  [[nodiscard]] std::uint64_t reads() const { return reads_; }

  /// For all connections.
  static http2::CallbacksPtr callbacks();

 private:
  friend struct Http2ClientCallbacks;

  void submit_settings();
  void watch();
  void on_event();
  void receive();
  void run_ready();
  bool settle();
  void lose(Error error, int os_error);

  // From the callbacks.
  int count(http::Http2Event event);
  int break_off(Error error);
  int begin_head(const nghttp2_frame& frame);
  int add_field(const nghttp2_frame& frame, std::string_view name, std::string_view value);
  void head_ended(const nghttp2_frame& frame);
  void sent(const nghttp2_frame& frame);
  Http2Call* call_of(std::int32_t stream);

  // http2_connection_output.cpp
  void on_turn_end();
  void flush();
  void fill(std::vector<char>& out);
  base::Task<void> write_rest(base::Task<int> rest);
  void check_written();
  void check_limit();

  Http2Owner* owner_;
  Means means_;
  net::StreamPtr stream_;
  const config::UpstreamHttp2 settings_;
  std::string_view scheme_;  ///< "http" or "https"
  const std::uint64_t opened_at_;
  http2::SessionPtr session_;
  boost::intrusive::list<Http2Call> calls_;
  std::vector<Http2Call*> ready_;
  http::Http2ResponseReader reader_;
  http::Http2TrailerReader trailers_{Origin::upstream};
  std::size_t decoded_ = 0;  ///< bytes of the field section that is being read
  http::Http2FloodGuard floods_;
  net::Pause opening_;
  net::TurnEnd turn_end_;
  std::vector<char> unsent_;
  base::Task<void> writing_;
  std::chrono::milliseconds idle_timeout_{};
  std::chrono::milliseconds write_idle_{};  ///< of the last call
  std::uint64_t heard_at_;                  ///< tick of the last bytes that came
  std::uint64_t reads_ = 0;
  Error broken_ = Error::none();  ///< what the peer did
  std::size_t known_limit_ = 0;   ///< stream_limit() at the end of the last turn
  int write_error_ = 0;           ///< errno of write_rest()
  bool settings_came_ = false;
  bool used_ = false;     ///< it has had a call
  bool goaway_ = false;   ///< the peer's
  bool retired_ = false;  ///< takes no calls
  bool lost_ = false;     ///< the socket is closed
  bool running_ = false;  ///< inside of run_ready()
};

}  // namespace headgate::upstream
