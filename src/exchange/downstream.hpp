// The client's half of one exchange, whatever protocol the client speaks: a request to pull, a response to push.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

#include "base/task.hpp"
#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "headgate/result.hpp"
#include "http/body_source.hpp"
#include "http/error_page.hpp"
#include "http/head_writer.hpp"
#include "net/tunnel_end.hpp"

namespace headgate::exchange {

/// What the exchange adds to the upstream's response head.
struct ResponseExtras {
  const http::HeaderRules* rules = nullptr;
  const http::ForwardingPolicy* policy = nullptr;
  std::string_view request_id;
  std::string_view set_cookie;  ///< a whole line, or empty
};

/// Of the request's body.
struct BodyLimits {
  std::uint64_t max_bytes = 0;       ///< of content; 0: unlimited
  std::chrono::milliseconds idle{};  ///< longest wait for a byte
};

class Downstream {
 public:
  virtual ~Downstream() = default;

  [[nodiscard]] virtual RequestHead& request() = 0;
  [[nodiscard]] virtual const http::ClientInfo& client() const = 0;

  /// Before the first read of the body.
  virtual void start_body(const BodyLimits& limits) = 0;
  [[nodiscard]] virtual http::BodySource& body() = 0;
  /// The whole request has been read.
  [[nodiscard]] virtual bool body_complete() const = 0;

  virtual base::Task<Error> send_interim(const ResponseHead& head, const http::ForwardingPolicy& policy) = 0;
  /// Sends the head and what there is of the body already. The arguments are needed during the call only, but for the
  /// bytes that `first` points to.
  virtual base::Task<Error> send_head(const ResponseHead& head, const ResponseExtras& extras,
                                      const http::BodyPiece& first) = 0;
  virtual base::Task<Error> send_body(const http::BodyPiece& piece) = 0;
  /// A response of our own. The connection is closed after it when `page.close`, or when the request is not complete.
  virtual base::Task<Error> send_error(http::ErrorPage page) = 0;
  virtual base::Task<Error> send_simple(http::SimpleResponse response) = 0;

  /// Says that the request has become a tunnel: a 101, or a 200 to CONNECT (RFC 9110 s7.8, s9.3.6). The end that it
  /// returns is the exchange's until that is over, and the connection, or its stream, with it. Nothing else is sent.
  virtual base::Task<Result<net::TunnelEnd>> begin_tunnel(const ResponseHead& head, const ResponseExtras& extras) = 0;

  /// Ends the waits for the client that are under way: a read of the body, a write.
  virtual void cancel() = 0;
  /// The response cannot be completed: the connection ends here, so that the client sees that something is missing.
  virtual void abort() = 0;

  /// Called when the client is lost while the exchange may be waiting for something else: client_closed when it has
  /// reset the connection, drain_timeout when we cut it.
  using Gone = void (*)(void* context, const Error& error);
  virtual void on_gone(Gone callback, void* context) = 0;
  /// While nothing has been done for the client yet, one that closes its side counts as gone: who has lost patience is
  /// far more likely than a client that sends one request, says that it is the last, and waits.
  virtual void take_close_for_gone(bool on) = 0;

  /// Body bytes that came from the client so far.
  [[nodiscard]] virtual std::uint64_t bytes_received() const = 0;
  /// Body bytes that went to the client so far.
  [[nodiscard]] virtual std::uint64_t bytes_sent() const = 0;
};

}  // namespace headgate::exchange
