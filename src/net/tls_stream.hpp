// TLS over a connected socket, by OpenSSL, on either side. Its records are built in memory that all streams of a worker
// share and leave in one system call, however many they are; what came is read in one as well.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/openssl.hpp"
#include "base/task.hpp"
#include "headgate/error.hpp"
#include "net/socket_stream.hpp"
#include "net/turn_end.hpp"

namespace headgate::net {

/// One side of a connection to be.
struct TlsEnd {
  base::SslPtr ssl;                     ///< knows its side (SSL_set_accept_state or _connect_state)
  std::shared_ptr<const void> made_by;  ///< what its callbacks refer to; kept until the handshake is over
};

class TlsStream final : public SocketStream {
 public:
  /// Takes over a connected, non-blocking socket.
  TlsStream(EventLoop& loop, int fd, TlsEnd end);
  ~TlsStream() override;

  /// Before anything else; at most `limit` in all. Fails with tls_handshake_failed, tls_handshake_timeout,
  /// client_certificate_invalid, tls_plain_http or, before the first byte, client_closed as a server; with
  /// upstream_tls_failed, upstream_certificate_invalid or upstream_connect_timeout as a client. The detail is in
  /// OpenSSL's words.
  base::Task<Error> handshake(std::chrono::milliseconds limit) override;
  [[nodiscard]] std::string_view application_protocol() const override;
  [[nodiscard]] std::string_view server_name() const override;
  [[nodiscard]] std::optional<base::PeerCertificate> peer_certificate() const override;
  [[nodiscard]] Error misuse() const override;
  IoResult try_write_plain(std::string_view bytes) override;

  IoResult try_read(std::span<char> space) override;
  IoResult try_write(std::span<const iovec> pieces) override;
  Peer look() override;
  void end_follows() override;
  void shutdown_write() override;

 private:
  friend struct TlsBio;
  enum class State : std::uint8_t { handshake, open, ended };
  /// Of ciphertext, in one read beyond what it has room for. OpenSSL reads on until there is data, and a peer that
  /// never sends any (KeyUpdate, renegotiation, handshake messages in records of one byte) would keep the worker for
  /// itself.
  static constexpr std::size_t read_share = 64 * 1024;

  void do_close() override;
  void do_reset() override;
  void on_readable() override;
  void on_writable() override;

  static void count_step(const SSL* ssl, int where, int result);
  void read_rest();
  [[nodiscard]] bool more_input() const;
  IoResult failure(int result);
  Error handshake_failure();
  [[nodiscard]] Error lost_in_handshake(int error) const;
  int flush();
  IoResult encrypt(std::span<const iovec> pieces, std::size_t from);
  std::size_t record_bytes();
  void say_goodbye();

  DeadlineWheel& wheel_;
  TlsWorkspace& workspace_;
  base::SslPtr ssl_;
  std::shared_ptr<const void> made_by_;
  TurnEnd rest_of_read_;           ///< asked for by a read that has had its share of a turn
  std::size_t raw_share_ = 0;      ///< bytes that the read under way may still take from the socket
  std::uint64_t steps_since_ = 0;  ///< tick of the wheel
  unsigned steps_ = 0;             ///< of OpenSSL's state machine since then, after the handshake
  std::string unsent_;             ///< records that the socket had no room for; empty as a rule
  std::size_t held_ = 0;           ///< bytes of the write under way that are in unsent_: not reported as sent yet
  std::size_t burst_ = 0;          ///< bytes written since the last pause
  std::uint64_t wrote_at_ = 0;     ///< tick of the wheel
  int socket_error_ = 0;
  State state_ = State::handshake;
  bool end_told_ = false;  ///< by the peer, and nothing was said to it since: it waits for nothing
  bool end_follows_ = false;
  bool raw_may_read_ = false;
  bool raw_end_ = false;
  bool spoke_http_ = false;  ///< the peer, in plain text, with its first bytes
};

}  // namespace headgate::net
