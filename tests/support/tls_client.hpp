#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/openssl.hpp"
#include "base/pem_pair.hpp"
#include "support/message.hpp"
#include "support/socket.hpp"

namespace headgate::testing {

/// One connection by TLS that stays open for as long as a test wants it; it believes every certificate. Each wait ends
/// after `patience` and throws, as a handshake that fails does.
class TlsClient {
 public:
  /// `certificate`: shown when the server asks for one; null: none is.
  explicit TlsClient(const std::string& address, const base::PemPair* certificate = nullptr);

  void send(std::string_view bytes);
  /// At least one byte, or "" at the end of the stream.
  std::string read_some();
  std::string read_exactly(std::size_t count);
  /// The status line and fields, to the empty line.
  std::string read_head();
  /// Of a response with Content-Length.
  Response get(std::string_view target);
  [[nodiscard]] bool closes();

  /// Subject of the certificate that the server has shown, as OpenSSL writes it in one line.
  [[nodiscard]] std::string server_subject() const;
  /// Of TLS 1.3: bytes of application data in each record that has come, as they are on the wire.
  [[nodiscard]] const std::vector<std::size_t>& records() const { return records_; }

 private:
  static void see(int writes, int version, int type, const void* data, std::size_t size, SSL* ssl, void* self);

  Socket socket_;
  base::SslContextPtr context_;
  base::SslPtr ssl_;
  std::string unread_;
  std::size_t record_ = 0;  ///< length of the one that comes
  std::vector<std::size_t> records_;
};

}  // namespace headgate::testing
