#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/http2_frames.hpp"
#include "support/stream.hpp"

namespace headgate::testing {

/// What has come on one stream.
struct Http2Response : Message {
  int status = 0;
  std::vector<int> interim;  ///< statuses before the final one
  bool ended = false;
  std::optional<std::uint32_t> reset;  ///< the code of RST_STREAM
};

/// A client of cleartext HTTP/2 that sends exactly the frames that a test gives it. It acknowledges SETTINGS, and gives
/// window for what it has read, unless it is told not to.
class Http2Client : public Stream {
 public:
  struct Options {
    bool preface = true;  ///< with SETTINGS
    bool gives_window = true;
    bool acknowledges = true;
    std::uint32_t stream_window = 65'535;
  };
  explicit Http2Client(const std::string& address) : Http2Client{address, Options{}} {}
  Http2Client(const std::string& address, const Options& options);

  /// Sends HEADERS on the next stream, and returns its number.
  std::int32_t request(const FieldList& fields, bool last = true);
  std::int32_t get(std::string_view path, const FieldList& more = {}) {
    return request(http2_request("GET", path, more));
  }
  std::string head_bytes(std::int32_t stream, const FieldList& fields, bool last = true);
  HpackEncoder& encoder() { return encoder_; }

  /// Reads frames until the stream has ended or was reset. Throws as Stream does.
  Http2Response response(std::int32_t stream);
  /// Until the GOAWAY that says an error, or is the last word; its code.
  std::uint32_t goaway();
  /// Of the last GOAWAY that came.
  [[nodiscard]] std::optional<std::uint32_t> goaway_code() const { return goaway_code_; }
  /// Until a frame of that type, on any stream; it is noted as well.
  Http2Frame next(std::uint8_t type);
  /// As far as it has come.
  [[nodiscard]] const Http2Response& so_far(std::int32_t stream) { return responses_[stream]; }

 private:
  Http2Frame read_frame();
  void note(const Http2Frame& frame);

  Options options_;
  HpackEncoder encoder_;
  HpackDecoder decoder_;
  std::string unread_;
  std::string section_;  ///< a head or trailers, as far as they have come
  bool ends_with_section_ = false;
  std::map<std::int32_t, Http2Response> responses_;
  std::optional<std::uint32_t> goaway_code_;
  std::int32_t next_stream_ = 1;
};

}  // namespace headgate::testing
