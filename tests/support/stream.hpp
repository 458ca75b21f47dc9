#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "support/message.hpp"
#include "support/socket.hpp"
#include "support/waiting.hpp"

namespace headgate::testing {

/// The peer closed or reset in the middle of what the test was reading or writing.
struct Disconnected : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// Nothing came, or nothing could be sent, within the deadline.
struct TimedOut : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Ending : std::uint8_t { open, closed, reset };

/// One connection, spoken byte by byte. Every wait has a deadline and throws; the message holds what had come so far.
class Stream {
 public:
  explicit Stream(Socket socket);

  void send(std::string_view bytes);
  /// Each piece leaves in a segment of its own (Nagle is off).
  void send_in_pieces(std::string_view bytes, std::size_t piece = 1);
  /// As much as the kernel takes within the deadline; returns the count. 0: the peer does not read.
  std::size_t send_some(std::string_view bytes, milliseconds deadline);

  /// At least one byte, or "" at the end of the stream.
  std::string read_some();
  std::string read_exactly(std::size_t count);
  std::string read_until_close();
  /// Including the mark.
  std::string read_until(std::string_view mark);
  std::string read_head();
  std::string read_line();

  Request read_request();
  /// Nullopt when the peer closes before the first byte of another one. Waits long for that: idle connections are fine.
  std::optional<Request> next_request();
  /// Body by framing; `to_head`: the response to a HEAD request has none. A 1xx response is returned as such.
  Response read_response(bool to_head = false);
  void read_body(Message& message);
  /// Reads and forgets a body of that many bytes; `seen` gets the size of each piece.
  void skip(std::uint64_t count, const std::function<void(std::size_t)>& seen = {});

  /// Reads to the end and tells whether the peer closed in time, not counting what came before.
  [[nodiscard]] bool closes(milliseconds deadline = patience);
  /// True when no byte and no end came for that long.
  [[nodiscard]] bool is_silent_for(milliseconds time);

  void half_close();
  void close();
  void reset();
  /// Wakes a thread that waits in another call. The only call that another thread may make.
  void interrupt();

  [[nodiscard]] Ending ending() const { return ending_; }
  [[nodiscard]] int fd() const { return socket_.fd(); }
  void set_deadline(milliseconds deadline) { deadline_ = deadline; }

 private:
  bool fill(milliseconds deadline);
  void need(std::size_t count, const char* what);
  std::string take(std::size_t count);
  void read_chunks(Message& message);
  [[noreturn]] void throw_ended(const char* what) const;

  Socket socket_;
  std::mutex closing_;  ///< between close and interrupt
  std::string buffer_;
  Ending ending_ = Ending::open;
  milliseconds deadline_ = patience;
};

}  // namespace headgate::testing
