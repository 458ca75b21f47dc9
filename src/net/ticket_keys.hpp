// The keys that seal session tickets (RFC 5077 s4, RFC 8446 s4.6.1). A ticket holds the whole session: whoever has its
// key can resume it, so keys do not live long.
#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace headgate::net {

struct TicketKey {
  static constexpr std::size_t bytes = 80;
  using Name = std::array<unsigned char, 16>;

  /// A name, then a key for HMAC-SHA-256, then one for AES-256. `text` has 80 bytes.
  static TicketKey from(std::string_view text);
  /// A new one. Throws std::runtime_error.
  static TicketKey random();

  Name name;  ///< stands in the ticket in the clear
  std::array<unsigned char, 32> mac;
  std::array<unsigned char, 32> cipher;
};

/// Used by all workers at once.
class TicketKeys {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::hours renewed_after{12};
  /// The longest that a session may be resumed.
  static constexpr std::chrono::hours longest_session{24};

  /// Makes a new key when the last one is old, and forgets those that no ticket can have any more.
  TicketKeys() = default;
  /// These for ever. The first seals, all open. Not empty.
  explicit TicketKeys(std::vector<TicketKey> given);
  ~TicketKeys();

  TicketKey to_seal(Time now);
  struct Opening {
    TicketKey key;
    bool current;  ///< false: the client should get a new ticket
  };
  std::optional<Opening> to_open(std::span<const unsigned char> name, Time now);

 private:
  struct Aged {
    TicketKey key;
    Time made;
  };
  void renew(Time now);

  const bool given_ = false;
  std::mutex mutex_;       ///< guards the next; held for less than a microsecond in a handshake of several hundred
  std::deque<Aged> keys_;  ///< the newest first
};

}  // namespace headgate::net
