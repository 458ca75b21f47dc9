// Connections in memory, for tests that want to be at every step of an exchange: no kernel, no thread, no waiting.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "net/stream.hpp"

namespace headgate::testing {

/// Counts every I/O step of all streams that share it, and makes one of them fail.
class FaultPlan {
 public:
  /// The `step`th operation (from 1) fails with `error`; 0: none does.
  explicit FaultPlan(std::size_t step = 0, int error = ECONNRESET) : step_{step}, error_{error} {}
  /// errno for this operation, 0 to let it pass.
  int next() { return ++count_ == step_ ? error_ : 0; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] bool happened() const { return step_ != 0 && count_ >= step_; }

 private:
  std::size_t step_;
  int error_;
  std::size_t count_ = 0;
};

class MemoryStream;

/// What the two ends of one connection share. The test holds one end and works on it directly.
struct Wire {
  MemoryStream* stream = nullptr;  ///< the proxy's end, while it exists
  std::string to_proxy;
  std::string from_proxy;
  std::size_t room = 1U << 20U;  ///< bytes that from_proxy takes before a write has to wait
  std::size_t most_per_read = 1U << 20U;
  bool peer_closed = false;  ///< no more bytes will come for the proxy
  bool peer_reset = false;   ///< behind the bytes that came before it
  bool proxy_closed = false;
  bool proxy_shut_down = false;
  bool was_reset = false;
};

class MemoryStream final : public net::Stream {
 public:
  MemoryStream(net::DeadlineWheel& wheel, std::shared_ptr<Wire> wire, FaultPlan& faults);
  ~MemoryStream() override;

  net::IoResult try_read(std::span<char> space) override;
  net::IoResult try_write(std::span<const iovec> pieces) override;
  Peer look() override;
  net::IoResult peek(std::span<char> space, std::size_t seen) override;
  void drop(std::size_t bytes) override;
  void shutdown_write() override { wire_->proxy_shut_down = true; }

  /// Tells the proxy what has changed on the wire. The stream may be gone afterwards.
  void poke();

 private:
  void do_close() override { wire_->proxy_closed = true; }
  void do_reset() override { wire_->proxy_closed = wire_->was_reset = true; }

  std::shared_ptr<Wire> wire_;
  FaultPlan& faults_;
  bool* destroyed_ = nullptr;
};

}  // namespace headgate::testing
