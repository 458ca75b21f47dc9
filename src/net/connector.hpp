#pragma once

#include <chrono>
#include <functional>

#include "base/openssl.hpp"
#include "base/task.hpp"
#include "headgate/result.hpp"
#include "net/address.hpp"
#include "net/event_loop.hpp"
#include "net/stream.hpp"

namespace headgate::net {

/// Ends a connect that is under way, from outside; it then reports ECANCELED. One connect at a time.
class ConnectCanceller {
 public:
  void cancel() {
    if (cancel_ != nullptr) cancel_(context_);
  }
  /// For whoever waits; null: nobody does.
  void set(void (*function)(void*), void* context) {
    cancel_ = function;
    context_ = context;
  }

 private:
  void (*cancel_)(void*) = nullptr;
  void* context_ = nullptr;
};

/// Connects within `timeout`: upstream_connect_failed (with errno), upstream_connect_timeout or
/// proxy_out_of_descriptors. `canceller` outlives the call.
base::Task<Result<StreamPtr>> connect(EventLoop& loop, SocketAddress address, std::chrono::milliseconds timeout,
                                      ConnectCanceller& canceller);

/// As connect(), then `preface` in plain text, if any, then the handshake, which has `timeout` again: also
/// upstream_tls_failed or upstream_certificate_invalid.
base::Task<Result<StreamPtr>> connect_by_tls(EventLoop& loop, SocketAddress address, std::chrono::milliseconds timeout,
                                             ConnectCanceller& canceller, base::SslPtr ssl, std::string_view preface);

/// How a pool gets its connections in plain text; tests bring their own.
using Connect = std::function<base::Task<Result<StreamPtr>>(EventLoop&, SocketAddress, std::chrono::milliseconds,
                                                            ConnectCanceller&)>;

}  // namespace headgate::net
