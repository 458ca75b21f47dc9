// One client connection over HTTP/2 (RFC 9113): frames through nghttp2, an exchange for each stream.
//
// Nothing is done from inside of nghttp2, whose callbacks only take notes. Streams that have something to do go on once
// what was read is parsed, or at the end of the turn of the loop; then everything that they want to send leaves in one
// write.
#pragma once

#include <nghttp2/nghttp2.h>

#include <array>
#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bell.hpp"
#include "base/task.hpp"
#include "headgate/error.hpp"
#include "http/http2_flood.hpp"
#include "http/http2_frame_progress.hpp"
#include "http/http2_request.hpp"
#include "http/http2_trailers.hpp"
#include "http2/incoming_body.hpp"
#include "http2/library.hpp"
#include "http2/window_shares.hpp"
#include "net/deadline_wheel.hpp"
#include "net/turn_end.hpp"
#include "server/connection.hpp"
#include "server/http2_stream.hpp"
#include "server/session.hpp"

namespace headgate::server {

class Http2Session final : public Session, public http2::Window {
 public:
  explicit Http2Session(Connection& connection);
  ~Http2Session() override;

  base::Task<bool> serve() override;
  void drain() override;
  void lose_client(Cause cause) override;

  // For its streams.
  [[nodiscard]] Connection& connection() { return connection_; }
  [[nodiscard]] Worker& worker() { return worker_; }
  void consume(std::int32_t stream, std::size_t bytes) override;
  /// `head`: a complete HTTP/1.1 head; with a body, the stream will be asked for it.
  void send_response(Http2Stream& stream, std::string_view head, bool with_body);
  void send_interim(std::int32_t stream, std::string_view head);
  /// The stream has more of its body.
  void resume(std::int32_t stream);
  /// Its last byte has gone: as http2::end_without_window().
  bool end_without_window(std::int32_t stream, std::string_view trailers);
  void reset(std::int32_t stream, std::uint32_t code);
  /// More than half of the streams that the client may have are open.
  [[nodiscard]] bool is_crowded() const { return 2 * streams_.size() > settings_.max_streams; }
  /// It will go on soon.
  void queue(Http2Stream& stream);
  /// A stream that has sent nothing since that tick of the wheel waits for others, and not for its client: bytes that
  /// have left it are still on their way (there is a limit for that), or it has window, and others have sent DATA.
  [[nodiscard]] bool holds_up(std::int32_t stream, std::uint64_t since) const;

 private:
  friend struct Http2Callbacks;

  void open();
  void send_settings();
  bool receive();
  void feed(std::string_view bytes);
  void watch_frame();
  void frame_overdue();
  void leave(Cause cause);
  void lose_streams(Cause cause);
  void run_ready();
  void say_that_no_more_is_taken();
  int fail(Error error, std::uint32_t code);
  void fail_from(int library_error);

  [[nodiscard]] const config::Timeouts& timeouts() const;

  // From the callbacks.
  int count(http::Http2Event event);
  int count_head(std::int32_t stream);
  int break_off(const char* what);
  [[nodiscard]] std::chrono::milliseconds now() const;
  int begin_head(const nghttp2_frame& frame);
  int add_field(const nghttp2_frame& frame, std::string_view name, std::string_view value);
  void head_ended(const nghttp2_frame& frame, Http2Stream& stream);
  void set_priority(std::int32_t stream, const Fields& fields);
  void trailers_ended(bool last, Http2Stream& stream);
  void settings_acknowledged() { settings_due_.disarm(); }
  int sent(const nghttp2_frame& frame);

  // http2_output.cpp
  void on_turn_end();
  [[nodiscard]] bool is_over() const;
  [[nodiscard]] bool is_writing() const { return writing_.started() && !writing_.done(); }
  void flush();
  void fill(std::vector<char>& out);
  base::Task<void> write_rest(base::Task<int> rest);

  Connection& connection_;
  Worker& worker_;
  net::Stream& stream_;
  const config::Http2 settings_;  ///< those that the client was told
  const std::size_t head_bytes_;  ///< as well
  http2::SessionPtr session_;
  boost::intrusive::list<Http2Stream> streams_;
  std::vector<Http2Stream*> ready_;
  http::Http2RequestReader reader_;
  http::Http2TrailerReader trailers_;
  std::size_t decoded_ = 0;  ///< size of the field section that is being read
  http2::WindowShares shares_;
  http::Http2FloodGuard floods_;
  http::Http2FrameProgress frames_;
  net::TurnEnd turn_end_;
  net::Deadline settings_due_;
  net::Deadline frame_due_;   ///< of the first request's head, then of each frame or head that has begun
  std::uint64_t due_of_ = 0;  ///< what frame_due_ is for: frames_.completed() when it began
  net::Deadline last_call_;   ///< of a drain
  base::Bell ended_;
  std::vector<char> unsent_;
  base::Task<void> writing_;
  std::array<char, 17> goodbye_;               ///< GOAWAY, once the connection has failed
  std::int32_t wished_ahead_ = 0;              ///< a stream to come, of the last PRIORITY_UPDATE for such
  std::uint64_t data_sent_at_ = 0;             ///< tick of the wheel
  std::int32_t last_stream_ = 0;               ///< the highest that the client has named
  std::pair<std::int32_t, std::int32_t> gap_;  ///< between them no stream was opened
  Cause ended_for_ = Cause::client_closed;     ///< what the streams that run then are told
  bool fresh_ = true;                          ///< no request yet
  bool hungry_ = false;                        ///< a stream could bring more before others, of less urgency, are served
  bool client_left_ = false;                   ///< it has closed, or has nothing to lose
  bool failed_ = false;                        ///< the client broke a rule
  bool broken_ = false;                        ///< the socket
  bool over_ = false;
  bool told_ = false;  ///< why it was ended
};

}  // namespace headgate::server
