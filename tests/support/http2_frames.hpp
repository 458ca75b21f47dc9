// HTTP/2 frames as bytes, right or wrong, as a test wants them (RFC 9113 s4, s6).
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "support/message.hpp"

namespace headgate::testing {

struct Http2Frame {
  std::uint8_t type = NGHTTP2_DATA;
  std::uint8_t flags = 0;
  std::int32_t stream = 0;
  std::string payload = {};
  [[nodiscard]] bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

std::string bytes_of(const Http2Frame& frame);
/// Takes a whole frame off the front; nullopt: it has not come yet.
std::optional<Http2Frame> take_frame(std::string& text);

/// Big-endian.
std::string number32(std::uint32_t value);
std::uint32_t read32(std::string_view text);

std::string settings_frame(std::initializer_list<std::pair<std::uint16_t, std::uint32_t>> entries = {});
/// What the payload of SETTINGS says of that one.
std::optional<std::uint32_t> setting(std::string_view payload, std::uint16_t id);
std::string ping_frame(std::string_view opaque = "12345678");
std::string reset_frame(std::int32_t stream, std::uint32_t code = NGHTTP2_CANCEL);
std::string window_frame(std::int32_t stream, std::uint32_t increment);
std::string data_frame(std::int32_t stream, std::string_view data, bool last = false);

/// The header compression of one direction of a connection.
class HpackEncoder {
 public:
  HpackEncoder();
  std::string encode(const FieldList& fields);
  /// The table is no larger than the peer's SETTINGS say, of which this is the payload.
  void obey(std::string_view settings);

 private:
  struct Delete {
    void operator()(nghttp2_hd_deflater* deflater) const { nghttp2_hd_deflate_del(deflater); }
  };
  std::unique_ptr<nghttp2_hd_deflater, Delete> deflater_;
};

class HpackDecoder {
 public:
  HpackDecoder();
  FieldList decode(std::string_view block);

 private:
  struct Delete {
    void operator()(nghttp2_hd_inflater* inflater) const { nghttp2_hd_inflate_del(inflater); }
  };
  std::unique_ptr<nghttp2_hd_inflater, Delete> inflater_;
};

/// The pseudo fields of a request to test.example, then `more`.
FieldList http2_request(std::string_view method, std::string_view path, const FieldList& more = {});
/// The preface, SETTINGS, and such requests on streams 1, 3, ...
std::string http2_requests(std::initializer_list<FieldList> requests);

}  // namespace headgate::testing
