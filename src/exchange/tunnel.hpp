// Bytes both ways between two connections, unread: what follows a 101, or a 200 to CONNECT.
//
// Each way is a loop that reads, then writes, so that a side which takes nothing is not read for either. While nothing
// comes, a way holds no buffer. The end of one way (FIN) is passed on, and the other way goes on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/buffer.hpp"
#include "base/task.hpp"
#include "exchange/idle_time.hpp"
#include "headgate/cause.hpp"
#include "net/tunnel_end.hpp"
#include "observe/traffic_counters.hpp"

namespace headgate::exchange {

/// How a tunnel ended, or rather what began its end.
enum class TunnelEnding : std::uint8_t {
  closed_by_client,
  closed_by_upstream,
  reset_by_client,
  reset_by_upstream,
  idle,  ///< nothing moved, or a side took nothing, for too long
  cut,   ///< by us
};
/// In the access log.
std::string_view to_string(TunnelEnding ending);
/// none: it was an end as it should be, or one of our own.
Cause cause_of(TunnelEnding ending);

class Tunnel {
 public:
  struct Means {
    base::BufferPool& buffers;
    const net::DeadlineWheel& wheel;
    std::chrono::milliseconds idle;
  };

  /// Both ends outlive it.
  Tunnel(net::TunnelEnd client, net::TunnelEnd upstream, const Means& means, observe::RouteCounters& counters);
  Tunnel(const Tunnel&) = delete;
  Tunnel& operator=(const Tunnel&) = delete;
  ~Tunnel();

  /// To the end of both ways. Afterwards neither connection is good for anything but closing.
  base::Task<TunnelEnding> run();
  /// Ends it now. It may be gone afterwards.
  void cut();

  [[nodiscard]] std::uint64_t bytes_received() const { return up_.bytes; }  ///< from the client
  [[nodiscard]] std::uint64_t bytes_sent() const { return down_.bytes; }    ///< to the client

 private:
  struct Way {
    net::Stream& from;
    base::Buffer& received;
    net::Stream& to;
    observe::Counter& counter;
    TunnelEnding closed;      ///< `from` has no more to say
    TunnelEnding from_reset;  ///< `from` is lost
    TunnelEnding to_reset;    ///< `to` is lost
    std::uint64_t bytes = 0;
    bool bulky = false;        ///< bytes come faster than a small buffer holds
    bool told_of_end = false;  ///< `to` knows that no more will come
  };

  base::Task<void> pump(Way& way);
  base::Task<net::IoResult> receive(Way& way);
  std::chrono::milliseconds time_left();
  void end_of(Way& way, const net::IoResult& got);
  void note(TunnelEnding ending);
  void stop(TunnelEnding ending);
  void pass_reset_on();

  Means means_;
  IdleTime idle_;
  Way up_;
  Way down_;
  base::Task<void> other_way_;
  std::optional<TunnelEnding> ending_;
  bool stopped_ = false;
  bool* gone_ = nullptr;  ///< while it is being cut: whether it is gone
};

}  // namespace headgate::exchange
