// An HTTP/1.x client's half of one exchange.
#pragma once

#include <cstdint>
#include <string>

#include "base/buffer.hpp"
#include "exchange/downstream.hpp"
#include "exchange/workspace.hpp"
#include "http/body_decoder.hpp"
#include "net/stream.hpp"

namespace headgate::server {

/// What the connection lends to the exchange that it carries.
struct ClientConnection {
  net::Stream& stream;
  base::Buffer& buffer;  ///< begins with what followed the head; the head itself lies before it in the block
  base::BufferPool& buffers;
  std::chrono::milliseconds write_idle;
};

class Http1Downstream final : public exchange::Downstream, private http::BodySource {
 public:
  /// `keep_alive`: this side is willing. `date`: stays valid for the exchange.
  Http1Downstream(ClientConnection connection, exchange::Workspace& workspace, const http::ClientInfo& client,
                  bool keep_alive, const std::string& date);

  RequestHead& request() override { return workspace_.request; }
  [[nodiscard]] const http::ClientInfo& client() const override { return client_; }
  void start_body(const exchange::BodyLimits& limits) override;
  http::BodySource& body() override { return *this; }
  [[nodiscard]] bool body_complete() const override { return body_started_ ? decoder_.done() : no_body(); }

  base::Task<Error> send_interim(const ResponseHead& head, const http::ForwardingPolicy& policy) override;
  base::Task<Error> send_head(const ResponseHead& head, const exchange::ResponseExtras& extras,
                              const http::BodyPiece& first) override;
  base::Task<Error> send_body(const http::BodyPiece& piece) override;
  base::Task<Error> send_error(http::ErrorPage page) override;
  base::Task<Error> send_simple(http::SimpleResponse response) override;
  base::Task<Result<net::TunnelEnd>> begin_tunnel(const ResponseHead& head,
                                                  const exchange::ResponseExtras& extras) override;
  void cancel() override { connection_.stream.cancel(); }
  void abort() override;
  void on_gone(Gone callback, void* context) override;
  void take_close_for_gone(bool on) override { close_is_gone_ = on; }
  [[nodiscard]] std::uint64_t bytes_received() const override { return bytes_received_; }
  [[nodiscard]] std::uint64_t bytes_sent() const override { return bytes_sent_; }

  /// After the exchange: whether the connection may carry another one. False also if the request was not read whole.
  [[nodiscard]] bool may_continue() const { return keep_alive_ && !aborted_ && !in_tunnel_ && body_complete(); }
  [[nodiscard]] bool aborted() const { return aborted_; }
  /// The connection is the tunnel's, and ends with it.
  [[nodiscard]] bool in_tunnel() const { return in_tunnel_; }
  /// What followed the request is in the connection's buffer afterwards.
  void give_back_buffer();
  [[nodiscard]] bool takes_close_for_gone() const { return close_is_gone_; }
  /// The connection noticed a reset, or is about to be cut. The session may be gone afterwards.
  void report_gone(Cause cause);
  /// The drain began: say so in the response, if its head has not gone yet.
  void do_not_keep_alive() { keep_alive_ = false; }

 private:
  base::Task<http::BodyPiece> read() override;
  http::BodyPiece read_buffered() override;
  http::BodyPiece decode(base::Buffer& buffer);
  [[nodiscard]] http::ResponsePlan plan_response(const exchange::ResponseExtras& extras) const;
  [[nodiscard]] bool no_body() const { return workspace_.request.body.kind == BodyKind::none; }
  void discard_buffered_body();
  void frame(net::Pieces& pieces, std::size_t from, const http::BodyPiece& piece, std::string& tail);
  base::Task<Error> write(const net::Pieces& pieces, bool last);
  base::Task<Error> finish_write(base::Task<int> rest);
  Error written(int error);

  ClientConnection connection_;
  exchange::Workspace& workspace_;
  const http::ClientInfo& client_;
  const std::string& date_;
  base::Buffer body_buffer_;
  http::BodyDecoder decoder_;
  std::chrono::milliseconds body_idle_{};
  std::string tail_;
  char size_line_[24];
  Gone gone_ = nullptr;
  void* gone_context_ = nullptr;
  std::uint64_t bytes_received_ = 0;
  std::uint64_t bytes_sent_ = 0;
  BodyKind sending_ = BodyKind::none;
  bool body_started_ = false;
  bool bulky_ = false;
  bool keep_alive_;
  bool aborted_ = false;
  bool in_tunnel_ = false;
  bool close_is_gone_ = false;
};

}  // namespace headgate::server
