// An HTTP/2 stream that carries a tunnel (RFC 9113 s8.5, RFC 8441), as the connection that it stands for: bytes in DATA
// frames, END_STREAM for a FIN, RST_STREAM for a reset. What comes waits in the stream's window, what goes in one
// portion, so that each side is read no faster than the other one takes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/buffer.hpp"
#include "net/stream.hpp"

namespace headgate::server {

class Http2Stream;

class Http2Tunnel final : public net::Stream {
 public:
  /// The stream outlives it. `reset_code`: of RST_STREAM, should the other side be lost.
  Http2Tunnel(Http2Stream& stream, net::DeadlineWheel& wheel, std::uint32_t reset_code);

  net::IoResult try_read(std::span<char> space) override;
  net::IoResult try_write(std::span<const iovec> pieces) override;
  Peer look() override;
  void shutdown_write() override;

  /// What came in front of the tunnel: nothing, as it waits in the stream.
  [[nodiscard]] base::Buffer& received() { return received_; }
  /// Something has come, was taken, or the client is lost.
  void go_on();

 private:
  void do_close() override;
  void do_reset() override;

  Http2Stream& stream_;
  base::Buffer received_;
  std::string_view unread_;  ///< of the piece that was taken off the stream last
  std::uint32_t reset_code_;
};

}  // namespace headgate::server
