#include "http/http2_fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "http/http2_preface.hpp"
#include "http/http2_priority.hpp"

namespace headgate::http {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::vector<std::pair<std::string, std::string>> list_of(const Http2Fields& fields) {
  std::vector<std::pair<std::string, std::string>> all;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const nghttp2_nv& field = fields.data()[i];
    all.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                     std::string(reinterpret_cast<char*>(field.value), field.valuelen));
  }
  return all;
}

TEST(Http2Fields, TakeAHeadOfHttp11Apart) {
  const std::string text = "HTTP/1.1 404 Not Found\r\nServer: x: y\r\nEmpty: \r\n\r\nbody";
  Http2Fields fields;

  const std::size_t body = fields.take_response_head(text);

  EXPECT_EQ(text.substr(body), "body");
  EXPECT_THAT(list_of(fields), ElementsAre(Pair(":status", "404"), Pair("Server", "x: y"), Pair("Empty", "")));
}

TEST(Http2Fields, TakeAHeadWithoutFields) {
  Http2Fields fields;

  EXPECT_EQ(fields.take_response_head("HTTP/1.1 204 \r\n\r\n"), 17u);
  EXPECT_THAT(list_of(fields), ElementsAre(Pair(":status", "204")));
}

TEST(Http2Fields, TakeLines) {
  const std::string lines = "A: 1\r\nB: 2\r\n";
  Http2Fields fields;

  EXPECT_EQ(fields.take_lines(lines), lines.size());
  EXPECT_THAT(list_of(fields), ElementsAre(Pair("A", "1"), Pair("B", "2")));
}

TEST(Http2Fields, TakeARequestHeadApart) {
  Http2Fields fields;

  fields.take_request_head("PUT /a?b=c HTTP/1.1\r\nHost: a.test:81\r\nX-A: 1\r\n\r\n", "https");

  EXPECT_THAT(list_of(fields), ElementsAre(Pair(":method", "PUT"), Pair(":scheme", "https"),
                                           Pair(":authority", "a.test:81"), Pair(":path", "/a?b=c"), Pair("X-A", "1")));
}

TEST(Http2Preface, IsToldFromARequestByItsFirstBytes) {
  EXPECT_EQ(find_http2_preface(""), Preface::incomplete);
  EXPECT_EQ(find_http2_preface("P"), Preface::incomplete);
  EXPECT_EQ(find_http2_preface("PRI * HTTP/2.0\r\n\r\nSM\r\n\r"), Preface::incomplete);
  EXPECT_EQ(find_http2_preface(std::string{http2_preface} + "more"), Preface::complete);
  EXPECT_EQ(find_http2_preface("POST / HTTP/1.1\r\n"), Preface::none);
  EXPECT_EQ(find_http2_preface("PRI * HTTP/2.0\r\nHost"), Preface::none);
  EXPECT_EQ(find_http2_preface("\r\nGET"), Preface::none);
}

TEST(Http2Priority, IsReadFromItsField) {
  const auto of = [](std::string_view value) { return *read_priority({Field{"priority", value}}); };

  EXPECT_EQ(of("u=1").urgency, 1u);
  EXPECT_EQ(of("u=1, i").inc, 1);
  EXPECT_EQ(of("i").urgency, NGHTTP2_EXTPRI_DEFAULT_URGENCY);
  EXPECT_EQ(of("u=9").urgency, NGHTTP2_EXTPRI_DEFAULT_URGENCY);
  EXPECT_EQ(of("u=0;x, i=?0").inc, 0);
  EXPECT_FALSE(read_priority({Field{"accept", "u=1"}}));
}

}  // namespace
}  // namespace headgate::http
