// The body of a message that comes on one stream: what DATA frames have brought and nobody has taken yet. The peer gets
// new window for what was taken only, so there is never more of it than the stream's window.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/buffer.hpp"
#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "http/body_source.hpp"
#include "net/pause.hpp"

namespace headgate::http2 {

/// Gives the peer window for so many bytes more.
class Window {
 public:
  virtual void consume(std::int32_t stream, std::size_t bytes) = 0;

 protected:
  ~Window() = default;
};

/// What is said of a peer that breaks its word.
struct BodyCauses {
  Cause bad_length;  ///< Content-Length says otherwise
  Cause idle;        ///< nothing came for too long
};
inline constexpr BodyCauses of_client{Cause::client_bad_content_length, Cause::client_body_timeout};
inline constexpr BodyCauses of_upstream{Cause::upstream_bad_content_length, Cause::upstream_idle_timeout};

class IncomingBody final : public http::BodySource {
 public:
  IncomingBody(Window& window, base::BufferPool& buffers, net::DeadlineWheel& wheel, BodyCauses causes);
  ~IncomingBody() override;

  // What comes.
  /// The head is there.
  void expect(std::int32_t stream, BodyFraming framing, bool ended);
  /// The head that was not known to expect(): of what may have come already. None, or why the stream must be reset.
  Error frame(BodyFraming framing);
  /// None, or why the stream must be reset: Content-Length says otherwise (RFC 9113 s8.1.1).
  Error arrived(std::string_view data);
  /// END_STREAM. `trailers`: "Name: value\r\n" lines.
  Error ended(std::string_view trailers);
  /// What has come since is for the reader to see. The body may be gone afterwards.
  void wake();

  // Who takes it.
  /// Before the first read. `max_bytes`, 0: unlimited. `idle`: longest wait for a piece.
  void limit(std::uint64_t max_bytes, std::chrono::milliseconds idle) {
    max_bytes_ = max_bytes;
    idle_ = idle;
  }
  base::Task<http::BodyPiece> read() override;
  http::BodyPiece read_buffered() override;
  /// Ends the wait under way.
  void cancel();
  /// Nothing more will come: the stream was reset, or its connection is lost. It may be gone afterwards.
  void lose(Error error);
  /// Nobody will take what is still to come.
  void abandon();

  /// There is something that read_buffered() has not told yet.
  [[nodiscard]] bool has_news() const { return holds_bytes() || (ended_ && !taken_whole_); }
  [[nodiscard]] bool holds_bytes() const { return !arriving_.empty(); }
  /// The whole message has come.
  [[nodiscard]] bool ended() const { return ended_; }
  /// ... and was taken.
  [[nodiscard]] bool complete() const { return taken_whole_; }
  [[nodiscard]] std::uint64_t bytes_received() const { return received_; }

 private:
  [[nodiscard]] Error check(bool ended) const;
  void give_back();

  Window& window_;
  base::BufferPool& buffers_;
  const BodyCauses causes_;
  std::int32_t stream_ = 0;
  base::Buffer arriving_;
  base::Buffer taken_;    ///< what the last piece pointed to
  std::size_t held_ = 0;  ///< bytes that the peer got no window for yet
  net::Pause patience_;
  std::chrono::milliseconds idle_{};
  std::string trailers_;
  BodyFraming framing_;
  Error lost_ = Error::none();
  std::uint64_t received_ = 0;
  std::uint64_t max_bytes_ = 0;
  bool ended_ = false;
  bool taken_whole_ = false;
  bool cancelled_ = false;
  bool abandoned_ = false;
};

}  // namespace headgate::http2
