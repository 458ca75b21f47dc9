// A connected socket as a stream: what plain connections are, and what TLS works on.
#pragma once

#include <cstdint>
#include <span>

#include "net/event_loop.hpp"
#include "net/stream.hpp"
#include "net/turn_end.hpp"

namespace headgate::net {

class SocketStream : public Stream, private Watcher {
 public:
  /// Takes over a connected, non-blocking socket, whatever happens. Throws std::system_error.
  SocketStream(EventLoop& loop, int fd);
  ~SocketStream() override;

  IoResult try_read(std::span<char> space) override;
  IoResult try_write(std::span<const iovec> pieces) override;
  Peer look() override;
  IoResult peek(std::span<char> space, std::size_t seen) override;
  void drop(std::size_t bytes) override;
  void end_follows() override;
  void shutdown_write() override;

 protected:
  [[nodiscard]] std::size_t backlog() const override;
  void do_close() override;
  void do_reset() override;
  /// There may be something to read. The stream may be destroyed inside.
  virtual void on_readable() { became_readable(); }
  /// There is room to write. The stream may be destroyed inside.
  virtual void on_writable() { became_writable(); }
  [[nodiscard]] bool closed() const { return fd_ < 0; }
  [[nodiscard]] Poller& poller() { return poller_; }
  /// In the next turn of the loop, on_writable() is called.
  void come_again() { poller_.tell_again(*this); }

 private:
  bool turn_is_over() override;
  bool has_read_enough() override;
  void notice_turn();
  void on_ready(std::uint32_t events) override;

  Poller& poller_;
  int fd_;
  int send_flags_;
  TurnEnd next_read_;          ///< asked for by a read that was put off
  std::uint16_t writes_ = 0;   ///< in turn_
  std::uint16_t reads_ = 0;    ///< in turn_ that did not wait
  std::uint64_t turn_ = 0;     ///< of the loop
  bool* destroyed_ = nullptr;  ///< while it is told of events: whether it is still there
  bool peer_done_ = false;     ///< the end or an error is, or was, behind the bytes to read
};

/// Takes over a connected, non-blocking socket.
StreamPtr make_socket_stream(EventLoop& loop, int fd);

}  // namespace headgate::net
