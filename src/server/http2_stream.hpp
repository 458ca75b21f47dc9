// One stream of an HTTP/2 connection: the client's half of one exchange.
#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bell.hpp"
#include "base/frame_pool.hpp"
#include "base/task.hpp"
#include "exchange/downstream.hpp"
#include "exchange/snapshot.hpp"
#include "exchange/workspace.hpp"
#include "http2/data_frames.hpp"
#include "http2/incoming_body.hpp"
#include "net/deadline_wheel.hpp"
#include "server/http2_tunnel.hpp"

namespace headgate::server {

class Http2Session;

class Http2Stream final : public exchange::Downstream, public boost::intrusive::list_base_hook<> {
 public:
  Http2Stream(Http2Session& session, std::int32_t id);
  ~Http2Stream() override;
  static void* operator new(std::size_t size) { return base::allocate_frame(size); }
  static void operator delete(void* stream, std::size_t size) noexcept { base::release_frame(stream, size); }

  RequestHead& request() override { return workspace_->request; }
  [[nodiscard]] const http::ClientInfo& client() const override { return client_; }
  void start_body(const exchange::BodyLimits& limits) override { body_.limit(limits.max_bytes, limits.idle); }
  http::BodySource& body() override { return body_; }
  [[nodiscard]] bool body_complete() const override { return body_.complete(); }

  base::Task<Error> send_interim(const ResponseHead& head, const http::ForwardingPolicy& policy) override;
  base::Task<Error> send_head(const ResponseHead& head, const exchange::ResponseExtras& extras,
                              const http::BodyPiece& first) override;
  base::Task<Error> send_body(const http::BodyPiece& piece) override;
  base::Task<Error> send_error(http::ErrorPage page) override;
  base::Task<Error> send_simple(http::SimpleResponse response) override;
  base::Task<Result<net::TunnelEnd>> begin_tunnel(const ResponseHead& head,
                                                  const exchange::ResponseExtras& extras) override;
  void cancel() override { body_.cancel(); }
  void abort() override;
  void on_gone(Gone callback, void* context) override;
  /// A client that has lost patience resets its stream.
  void take_close_for_gone(bool /*on*/) override {}
  // Those of a tunnel are counted by that.
  [[nodiscard]] std::uint64_t bytes_received() const override { return tunnel_ ? 0 : body_.bytes_received(); }
  [[nodiscard]] std::uint64_t bytes_sent() const override { return tunnel_ ? 0 : bytes_sent_; }

  // For the session, from inside of nghttp2: nothing goes on before go_on().
  [[nodiscard]] std::int32_t id() const { return id_; }
  [[nodiscard]] std::string& head_text() { return workspace_->head; }
  [[nodiscard]] http2::IncomingBody& request_body() { return body_; }
  /// The head is complete, such as it is; `ended`: and the request with it.
  void accept(exchange::SnapshotPtr snapshot, bool ended);
  /// The exchange may begin.
  void begin();
  /// There is something wrong with the head: answers with the error, or resets the stream.
  void refuse(Error error, bool answer);
  void take_body(std::string_view data);
  /// `trailers`: "Name: value\r\n" lines.
  void end_body(std::string_view trailers);
  /// There is something wrong with what followed the head.
  void spoil(Error error);
  /// The head of the response, or its trailers, cannot be sent.
  void cannot_answer(Error error);
  void closed() { closed_ = true; }
  /// END_STREAM has left.
  void end_sent();
  [[nodiscard]] bool response_ended() const { return response_ended_; }

  /// What nghttp2 is to send of the body next; at most `most` bytes.
  http2::Portion next_portion(std::size_t most);
  /// With the last portion; "Name: value\r\n" lines.
  [[nodiscard]] std::string_view trailers() const { return trailers_; }
  /// Appends a portion to the frames that leave. False: it is not there any more.
  bool take_portion(std::size_t bytes, std::vector<char>& out);

  /// Does what has become possible.
  void go_on();
  /// The exchange learns that its client is lost.
  void lose(Error error);
  [[nodiscard]] bool finished() const { return closed_ && !running_; }
  /// It may bring more of its body as soon as it goes on.
  [[nodiscard]] bool is_hungry() const { return pending_.empty() && !last_; }

  // For its tunnel.
  /// Each way of it ends by itself.
  [[nodiscard]] bool is_tunnel() const { return tunnel_ && running_; }
  [[nodiscard]] bool is_lost() const { return lost_; }
  /// Copies what is to be sent next, and returns how much that is; 0 while something is pending.
  std::size_t take_over(std::span<const iovec> pieces);
  /// Nothing follows what is pending.
  void end_response();
  [[nodiscard]] bool will_end() const { return last_; }
  /// Resets the stream.
  void give_up(std::uint32_t code);

  bool queued = false;   ///< the session has it on its list for go_on()
  bool widened = false;  ///< the client may send it the full window ahead

 private:
  base::Detached run();
  std::size_t send_refusal(Error error, std::string_view request_id);
  void tell_refusal(Error error, bool answered, std::size_t bytes, std::string_view request_id = {});
  void respond_whole(const std::string& text);
  base::Task<Error> send_when_taken(http::BodyPiece piece);
  std::string_view write_head(const ResponseHead& head, const exchange::ResponseExtras& extras);
  void answer(std::string_view head, bool with_body);
  void offer(std::string_view data, const http::BodyPiece& piece);
  void flow();
  void watch_progress();
  void leave_tunnel();
  void waited_long();
  void drop_pending();
  [[nodiscard]] bool cannot_send() const { return lost_ || stalled_; }
  [[nodiscard]] base::Task<Error> not_sent() const { return base::Task<Error>::ready(why_not_sent()); }
  [[nodiscard]] Error why_not_sent() const { return stalled_ ? Cause::client_write_timeout : Cause::client_closed; }

  Http2Session& session_;
  std::int32_t id_;
  std::unique_ptr<exchange::Workspace> workspace_;
  exchange::SnapshotPtr snapshot_;
  http::ClientInfo client_;
  http2::IncomingBody body_;
  std::unique_ptr<Http2Tunnel> tunnel_;  ///< what the stream has become
  base::FrameString kept_;               ///< a small piece that was taken over
  std::string_view pending_;             ///< of the response's body: to be sent
  std::string trailers_;
  base::Bell sent_;
  net::Deadline stall_;         ///< while something is pending, or the client lingers
  std::uint64_t armed_at_ = 0;  ///< stall_ was, at this tick of the wheel
  Gone gone_ = nullptr;
  void* gone_context_ = nullptr;
  std::uint64_t bytes_sent_ = 0;
  Error lost_for_ = Error::none();  ///< go_on() says so to the exchange
  bool last_ = false;               ///< nothing follows what is pending
  bool deferred_ = false;           ///< nghttp2 waits to be told of more
  bool begins_ = false;             ///< go_on() starts the exchange
  bool running_ = false;
  bool closed_ = false;    ///< nghttp2 knows it no more
  bool answered_ = false;  ///< the response has begun
  bool response_ended_ = false;
  bool reset_ = false;  ///< by us
  bool lost_ = false;
  bool stalled_ = false;
};

}  // namespace headgate::server
