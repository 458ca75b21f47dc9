// One request to an endpoint as a stream of an HTTP/2 connection.
#pragma once

#include <boost/intrusive/list_hook.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http2/incoming_body.hpp"
#include "http2/outgoing_body.hpp"
#include "net/pause.hpp"
#include "upstream/call.hpp"
#include "upstream/call_options.hpp"

namespace headgate::upstream {

class Http2Connection;

class Http2Call final : public Call, public boost::intrusive::list_base_hook<> {
 public:
  Http2Call(Http2Connection& connection, const CallOptions& options, bool reused);

  base::Task<Error> send_head(const RequestHead& head, const http::RequestPlan& plan, std::string_view data,
                              bool last) override;
  base::Task<Error> send_body(const http::BodyPiece& piece) override;
  base::Task<Error> read_head(ResponseHead& head) override;
  base::Task<http::BodyPiece> read() override;
  http::BodyPiece read_buffered() override;
  void cancel() override;
  [[nodiscard]] bool reused() const override { return reused_; }
  [[nodiscard]] bool nothing_sent() const override { return nothing_sent_; }
  /// Never asked for: a 101 is refused, and CONNECT is not sent.
  [[nodiscard]] net::TunnelEnd tunnel_end() override { return {nullptr, nullptr}; }
  [[nodiscard]] std::optional<std::uint32_t> reset_code() const override { return reset_code_; }
  void finish() override;

  // For the connection, from inside of nghttp2: nothing goes on before go_on().
  [[nodiscard]] std::int32_t id() const { return id_; }
  [[nodiscard]] const http::HeadLimits& limits() const { return limits_; }
  /// Where the heads of the response go; trailers follow the final one.
  [[nodiscard]] std::string& arriving_heads() { return arriving_heads_; }
  [[nodiscard]] bool expects_trailers() const { return final_head_came_; }
  void head_came(bool interim, bool last);
  void data_came(std::string_view data);
  void body_ended(std::string_view trailers);
  void head_left() { nothing_sent_ = false; }
  [[nodiscard]] http2::OutgoingBody& outgoing() { return outgoing_; }
  /// The request's head, or its trailers, cannot be sent.
  void cannot_leave();
  /// There is something wrong with what came.
  void spoil(Error error);
  /// nghttp2 knows it no more.
  void closed(std::uint32_t code, bool goaway);
  /// The connection has ended under it. `error`: why, unless it was only closed.
  void lose(Error error, int os_error);

  /// Does what has become possible.
  void go_on();
  [[nodiscard]] bool is_over() const { return closed_ && finished_; }
  bool queued = false;  ///< the connection has it on its list for go_on()

 private:
  [[nodiscard]] bool response_complete() const { return incoming_.ended() || bodiless_; }
  void fail(Error error);
  Error failed_with(Error error);

  Http2Connection& connection_;
  http::HeadLimits limits_;
  CallTimeouts timeouts_;
  http2::IncomingBody incoming_;
  http2::OutgoingBody outgoing_;
  net::Pause head_wait_;
  std::string arriving_heads_;
  std::string heads_;          ///< that the reader has, or reads next: they do not move
  std::size_t next_head_ = 0;  ///< in heads_
  std::int32_t id_ = 0;        ///< 0: not sent yet
  Method method_ = Method::other;
  Error failure_ = Error::none();
  std::optional<std::uint32_t> reset_code_;  ///< by the peer
  std::uint64_t reads_before_ = 0;           ///< of the connection, when the head was sent
  bool failure_told_ = false;
  bool reused_;
  bool cancelled_ = false;
  bool nothing_sent_ = true;
  bool final_head_came_ = false;
  bool bodiless_ = false;  ///< the response ends with its head, whatever frames follow
  bool request_complete_ = false;
  bool closed_ = false;
  bool finished_ = false;
};

}  // namespace headgate::upstream
