// h2spec's cases as rows: bytes to send, and what must come of them. h2spec itself is in Go and in no package of
// Debian; its numbers name the rows, so that its list can be held against ours.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/http2_proxy.hpp"

namespace headgate::testing {

enum class Outcome : std::uint8_t {
  answered,          ///< the stream has a response
  refused,           ///< the stream has a response of an error, or RST_STREAM
  stream_error,      ///< RST_STREAM with that code; or GOAWAY with it
  connection_error,  ///< GOAWAY with that code, then the end
  alive,             ///< the connection answers a PING
};

struct Conformance {
  const char* number;  ///< of h2spec 2.6, "generic/2/1"
  std::string bytes;
  Outcome outcome = Outcome::answered;
  std::uint32_t code = NGHTTP2_PROTOCOL_ERROR;
  std::int32_t stream = 1;
};

/// Without a memory of earlier blocks: the pieces of a row may be made in any order.
inline std::string encoded(const FieldList& fields) { return HpackEncoder{}.encode(fields); }
inline std::string head_bytes(std::int32_t stream, const FieldList& fields, bool last = true) {
  const std::uint8_t end = last ? NGHTTP2_FLAG_END_STREAM : 0;
  return bytes_of(
      {NGHTTP2_HEADERS, static_cast<std::uint8_t>(NGHTTP2_FLAG_END_HEADERS | end), stream, encoded(fields)});
}
inline std::string get_bytes(std::int32_t stream = 1, const FieldList& more = {}) {
  return head_bytes(stream, http2_request("GET", "/", more));
}
inline std::string post_bytes(const FieldList& more = {}) {
  return head_bytes(1, http2_request("POST", "/", more), false);
}
inline std::string block() { return encoded(http2_request("GET", "/")); }
inline std::string frame(std::uint8_t type, std::uint8_t flags, std::int32_t stream, std::string payload) {
  return bytes_of({type, flags, stream, std::move(payload)});
}
/// The payload of PRIORITY.
inline std::string priority(std::uint32_t dependency, char weight) { return number32(dependency) + weight; }

/// One proxy for all rows, one connection for each.
class Http2Conformance : public ::testing::Test {
 protected:
  void expect(const Conformance& row) {
    SCOPED_TRACE(row.number);
    Http2Client client{proxy_.address()};
    try {
      client.next(NGHTTP2_SETTINGS);
      client.send(row.bytes);
      judge(row, client);
    } catch (const std::exception& error) {
      ADD_FAILURE() << error.what();
    }
  }

 private:
  static void judge(const Conformance& row, Http2Client& client) {
    switch (row.outcome) {
      case Outcome::answered:
        EXPECT_EQ(client.response(row.stream).status, 200);
        return;
      case Outcome::refused: {
        const Http2Response response = client.response(row.stream);
        EXPECT_TRUE(response.status >= 400 || response.reset) << response.status;
        return;
      }
      case Outcome::stream_error:
        return expect_stream_error(row, client);
      case Outcome::connection_error:
        EXPECT_EQ(client.goaway(), row.code);
        EXPECT_TRUE(client.closes());
        return;
      case Outcome::alive:
        client.send(ping_frame("are you?"));
        while (client.next(NGHTTP2_PING).payload != "are you?") {
        }
        EXPECT_FALSE(client.goaway_code());
        return;
    }
  }
  static void expect_stream_error(const Conformance& row, Http2Client& client) {
    try {
      EXPECT_EQ(client.response(row.stream).reset, row.code);
    } catch (const Disconnected&) {
      EXPECT_EQ(client.goaway_code(), row.code);
    }
  }

  FakeUpstream upstream_{[](const Request&) { return reply(200, "answer"); }};
  ProxyUnderTest proxy_{both_protocols(route_all_to(upstream_))};
};

}  // namespace headgate::testing
