#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>

namespace headgate::net {

/// What the TLS streams of one worker share.
struct TlsWorkspace {
  static constexpr unsigned handshakes_a_turn = 4;

  /// Whether one more step of a handshake may be taken in this turn of the loop: each can cost a millisecond, and the
  /// worker's other connections must not wait for a crowd of them.
  bool take_handshake_step(std::uint64_t now) {
    if (std::exchange(turn, now) != now) steps = 0;
    return ++steps <= handshakes_a_turn;
  }

  std::string ciphertext;                ///< lent to the stream that writes
  std::array<char, 16 * 1024> gathered;  ///< small pieces that make one record
  std::uint64_t turn = 0;
  unsigned steps = 0;  ///< in that turn
};

}  // namespace headgate::net
