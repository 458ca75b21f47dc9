// The body of an HTTP/2 request: what DATA frames have brought and the exchange has not taken yet. The client gets new
// window for what was taken only, so there is never more of it than http2.stream_window.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "headgate/heads.hpp"
#include "http/body_source.hpp"
#include "net/pause.hpp"

namespace headgate::server {

/// Gives the client window for so many bytes more.
class Http2Window {
 public:
  virtual void consume(std::int32_t stream, std::size_t bytes) = 0;

 protected:
  ~Http2Window() = default;
};

class Http2RequestBody final : public http::BodySource {
 public:
  Http2RequestBody(Http2Window& window, std::int32_t stream, base::BufferPool& buffers, net::DeadlineWheel& wheel);
  ~Http2RequestBody() override;

  // What comes.
  /// The head is there. `idle`: longest wait for a piece.
  void expect(BodyFraming framing, bool ended, std::chrono::milliseconds idle);
  /// None, or why the stream must be reset: Content-Length says otherwise (RFC 9113 s8.1.1).
  Error arrived(std::string_view data);
  /// END_STREAM. `trailers`: "Name: value\r\n" lines.
  Error ended(std::string_view trailers);
  /// What has come since is for the reader to see. The body may be gone afterwards.
  void wake();

  // Who takes it.
  /// `max_bytes`, 0: unlimited.
  void limit(std::uint64_t max_bytes) { max_bytes_ = max_bytes; }
  base::Task<http::BodyPiece> read() override;
  http::BodyPiece read_buffered() override;
  /// Ends the wait under way.
  void cancel();
  /// Nothing more will come: the stream was reset, or its connection is lost.
  void lose();
  /// Nobody will take what is still to come.
  void abandon();

  /// There is something that read_buffered() has not told yet.
  [[nodiscard]] bool has_news() const { return holds_bytes() || (ended_ && !taken_whole_); }
  [[nodiscard]] bool holds_bytes() const { return !arriving_.empty(); }
  /// The whole request has come.
  [[nodiscard]] bool ended() const { return ended_; }
  /// ... and was taken.
  [[nodiscard]] bool complete() const { return taken_whole_; }
  [[nodiscard]] std::uint64_t bytes_received() const { return received_; }

 private:
  void give_back();

  Http2Window& window_;
  std::int32_t stream_;
  base::BufferPool& buffers_;
  base::Buffer arriving_;
  base::Buffer taken_;    ///< what the last piece pointed to
  std::size_t held_ = 0;  ///< bytes that the client got no window for yet
  net::Pause patience_;
  std::chrono::milliseconds idle_{};
  std::string trailers_;
  BodyFraming framing_;
  std::uint64_t received_ = 0;
  std::uint64_t max_bytes_ = 0;
  bool ended_ = false;
  bool taken_whole_ = false;
  bool cancelled_ = false;
  bool lost_ = false;
  bool abandoned_ = false;
};

}  // namespace headgate::server
