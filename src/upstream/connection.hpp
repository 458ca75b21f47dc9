// One HTTP/1.1 connection to an endpoint, and the call that it carries.
#pragma once

#include <cstdint>
#include <string>

#include "base/buffer.hpp"
#include "http/body_decoder.hpp"
#include "http/head_parser.hpp"
#include "net/stream.hpp"
#include "upstream/call.hpp"

namespace headgate::upstream {

class Pool;

/// When a connection was opened, and to which of its pool's sets of addresses.
struct Opening {
  std::uint64_t tick;
  std::uint32_t address_set;
};

class Connection final : public Call {
 public:
  Connection(Pool& pool, net::StreamPtr stream, Opening opening, std::string preface = {});
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() override = default;

  /// Before the first step of a call.
  void begin(const http::HeadLimits& limits, const CallTimeouts& timeouts);

  base::Task<Error> send_head(const RequestHead& head, const http::RequestPlan& plan, std::string_view data,
                              bool last) override;
  base::Task<Error> send_body(const http::BodyPiece& piece) override;
  base::Task<Error> read_head(ResponseHead& head) override;
  base::Task<http::BodyPiece> read() override;
  http::BodyPiece read_buffered() override;
  void cancel() override;
  [[nodiscard]] bool reused() const override { return served_ > 0; }
  [[nodiscard]] bool nothing_sent() const override { return nothing_sent_; }
  [[nodiscard]] net::TunnelEnd tunnel_end() override { return {stream_.get(), &buffer_}; }
  void finish() override;

  /// Nobody uses it, nothing is held: on_speak is called when the peer closes, speaks, or time is up.
  void rest(std::chrono::milliseconds idle_timeout, net::Deadline::Callback on_speak, void* context);
  void wake() { stream_->unwatch(); }
  /// Asks the kernel whether the peer has closed (or spoken, unasked) meanwhile.
  [[nodiscard]] bool is_stale() { return stream_->look() != net::Stream::Peer::silent; }
  /// What it began with: it is not for the requests of anybody else.
  [[nodiscard]] const std::string& preface() const { return preface_; }
  [[nodiscard]] Opening opening() const { return opening_; }
  [[nodiscard]] Pool& pool() const { return pool_; }

 private:
  [[nodiscard]] Error read_failed(const net::IoResult& got) const;
  [[nodiscard]] Error write_failed(int error) const;
  base::Task<Error> finish_write(base::Task<int> rest);
  Error written(int error);
  void ensure_space(std::size_t room);
  http::BodyPiece decode();

  Pool& pool_;
  net::StreamPtr stream_;
  base::Buffer buffer_;
  std::string out_;  ///< the head being sent; kept for its capacity
  http::ResponseParser parser_;
  http::BodyDecoder decoder_;
  CallTimeouts timeouts_{};
  http::HeadLimits limits_;
  Opening opening_;
  std::string preface_;
  std::uint32_t served_ = 0;
  Method method_ = Method::other;
  BodyKind request_body_ = BodyKind::none;
  bool spoken_ = false;  ///< a byte has come for this call: nothing may be sent again
  bool bulky_ = false;   ///< the body comes faster than a small buffer holds: read into a large one
  bool asked_upgrade_ = false;
  bool cancelled_ = false;
  bool nothing_sent_ = true;
  bool request_complete_ = false;
  bool head_read_ = false;
  bool response_complete_ = false;
  bool keep_alive_ = false;
};

}  // namespace headgate::upstream
