// TLS over a connected socket, by OpenSSL, on either side. Its records are built in memory that all streams of a worker
// share and leave in one system call, however many they are; what came is read in one as well.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/openssl.hpp"
#include "base/task.hpp"
#include "headgate/error.hpp"
#include "net/socket_stream.hpp"

namespace headgate::net {

/// What the TLS streams of one worker share.
struct TlsWorkspace {
  static constexpr unsigned handshakes_a_turn = 4;

  /// Whether one more step of a handshake may be taken in this turn of the loop: each can cost a millisecond, and the
  /// worker's other connections must not wait for a crowd of them.
  bool take_handshake_step(std::uint64_t turn);

  std::string ciphertext;                ///< lent to the stream that writes
  std::array<char, 16 * 1024> gathered;  ///< small pieces that make one record
  std::uint64_t turn = 0;
  unsigned steps = 0;  ///< in that turn
};

class TlsStream final : public SocketStream {
 public:
  /// Takes over a connected, non-blocking socket. `ssl`: knows its side (SSL_set_accept_state or _connect_state).
  TlsStream(EventLoop& loop, int fd, base::SslPtr ssl, TlsWorkspace& workspace);
  ~TlsStream() override;

  /// Before anything else; at most `limit` in all. tls_handshake_failed says why, in OpenSSL's words.
  base::Task<Error> handshake(std::chrono::milliseconds limit) override;
  [[nodiscard]] std::string_view application_protocol() const override;

  IoResult try_read(std::span<char> space) override;
  IoResult try_write(std::span<const iovec> pieces) override;
  Peer look() override;
  void shutdown_write() override;

 private:
  friend struct TlsBio;
  enum class State : std::uint8_t { handshake, open, ended };

  void do_close() override;
  void do_reset() override;
  void on_readable() override;
  void on_writable() override;

  [[nodiscard]] bool more_input() const;
  IoResult failure(int result);
  Error handshake_failure(int result);
  int flush();
  IoResult encrypt(std::span<const iovec> pieces, std::size_t from);
  std::size_t record_bytes();
  void say_goodbye();

  DeadlineWheel& wheel_;
  TlsWorkspace& workspace_;
  base::SslPtr ssl_;
  std::string unsent_;          ///< records that the socket had no room for; empty as a rule
  std::size_t held_ = 0;        ///< bytes of the write under way that are in unsent_: not reported as sent yet
  std::size_t burst_ = 0;       ///< bytes written since the last pause
  std::uint64_t wrote_at_ = 0;  ///< tick of the wheel
  int socket_error_ = 0;
  State state_ = State::handshake;
  bool raw_may_read_ = false;
  bool raw_end_ = false;
};

}  // namespace headgate::net
