// The body of a message that is being sent on one stream: offered piece by piece, taken by nghttp2 as the peer's
// windows allow. Nothing is done from inside of nghttp2: wake() lets whoever waits go on.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bell.hpp"
#include "base/frame_pool.hpp"
#include "base/task.hpp"
#include "headgate/error.hpp"
#include "http/body_source.hpp"
#include "http2/data_frames.hpp"
#include "net/deadline_wheel.hpp"

namespace headgate::http2 {

/// The stream's side of the connection.
class Resumer {
 public:
  /// The stream has more of its body.
  virtual void resume(std::int32_t stream) = 0;
  /// Its last byte has gone: as http2::end_without_window().
  virtual bool end_without_window(std::int32_t stream, std::string_view trailers) = 0;

 protected:
  ~Resumer() = default;
};

class OutgoingBody {
 public:
  /// `stalled`: the error when the peer takes nothing for `patience`.
  OutgoingBody(Resumer& connection, net::DeadlineWheel& wheel, Error stalled, std::chrono::milliseconds patience);

  /// A small piece is taken over at once; a large one stays where it is, and the call waits until it has been sent.
  base::Task<Error> send(std::int32_t stream, const http::BodyPiece& piece);
  /// From now on every send() ends with the error; with wake(), the one that waits does as well.
  void note_loss(Error error);
  /// Both at once.
  void lose(Error error) {
    note_loss(error);
    wake();
  }
  /// What was taken is for the sender to see. The body may be gone afterwards.
  void wake() { taken_.ring(); }
  /// What is left will not be sent.
  void drop();

  // For nghttp2.
  /// What to send next; at most `most` bytes.
  Portion next_portion(std::size_t most);
  /// With the last portion; "Name: value\r\n" lines.
  [[nodiscard]] const std::string& trailers() const { return trailers_; }
  /// Appends a portion to the frames that leave. False: it is not there any more.
  bool take_portion(std::size_t bytes, std::vector<char>& out);

 private:
  base::Task<Error> send_when_taken(std::int32_t stream, http::BodyPiece piece);
  void offer(std::int32_t stream, std::string_view data, const http::BodyPiece& piece);

  Resumer& connection_;
  net::Deadline stall_;  ///< while something is pending
  Error stalled_;
  std::chrono::milliseconds patience_;
  Error lost_ = Error::none();
  base::Bell taken_;
  base::FrameString kept_;    ///< a small piece that was taken over
  std::string_view pending_;  ///< to be sent
  std::string trailers_;
  bool last_ = false;      ///< nothing follows what is pending
  bool deferred_ = false;  ///< nghttp2 waits to be told of more
};

}  // namespace headgate::http2
