// One request to one endpoint, whatever protocol the endpoint speaks.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/task.hpp"
#include "headgate/error.hpp"
#include "headgate/heads.hpp"
#include "http/body_source.hpp"
#include "http/head_writer.hpp"
#include "net/tunnel_end.hpp"

namespace headgate::upstream {

struct CallTimeouts {
  std::chrono::milliseconds first_byte;
  std::chrono::milliseconds idle;
};

class Call : public http::BodySource {
 public:
  /// Sends the head and what there is of the body already. `last`: the request ends with it.
  virtual base::Task<Error> send_head(const RequestHead& head, const http::RequestPlan& plan, std::string_view data,
                                      bool last) = 0;
  virtual base::Task<Error> send_body(const http::BodyPiece& piece) = 0;
  /// The next head, interim or final. Ends early with client_closed when cancel() was called.
  virtual base::Task<Error> read_head(ResponseHead& head) = 0;
  /// Ends what is under way; the call cannot go on.
  virtual void cancel() = 0;
  /// The connection had served a request before this one.
  [[nodiscard]] virtual bool reused() const = 0;
  /// Not a byte of the request left, or the upstream says that it has done nothing with it.
  [[nodiscard]] virtual bool nothing_sent() const = 0;
  /// After a 101, or instead of a request: the call is a tunnel from now on, as long as it lives.
  [[nodiscard]] virtual net::TunnelEnd tunnel_end() = 0;
  /// Of a call that the endpoint has ended before its response: the code of RST_STREAM (RFC 9113 s7). None: otherwise.
  [[nodiscard]] virtual std::optional<std::uint32_t> reset_code() const { return std::nullopt; }
  /// Gives the connection back: kept if both messages are complete and the upstream keeps it, closed otherwise.
  virtual void finish() = 0;
};

/// finish() instead of delete: a connection outlives its calls.
struct CallFinisher {
  void operator()(Call* call) const { call->finish(); }
};
using CallPtr = std::unique_ptr<Call, CallFinisher>;

}  // namespace headgate::upstream
