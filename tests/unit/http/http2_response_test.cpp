#include "http/http2_response.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace headgate::http {
namespace {

using List = std::vector<std::pair<std::string, std::string>>;

struct Read {
  Error error;
  std::string text;
  ResponseHead head;
};

Read read(const List& fields, Method method = Method::get, HeadLimits limits = {}) {
  Read result;
  Http2ResponseReader reader;
  reader.begin(limits);
  for (const auto& [name, value] : fields) reader.add(name, value);
  result.error = reader.finish(result.text);
  std::size_t consumed = 0;
  if (!result.error.failed()) result.error = parse_http2_head(result.text, limits, method, result.head, consumed);
  return result;
}

TEST(Http2Response, BecomesAHead) {
  const Read response = read({{":status", "404"}, {"content-type", "text/plain"}, {"content-length", "3"}});

  EXPECT_FALSE(response.error.failed());
  EXPECT_EQ(response.head.status, 404);
  EXPECT_EQ(response.head.fields.size(), 2u);
  EXPECT_EQ(response.head.body.kind, BodyKind::length);
  EXPECT_EQ(response.head.body.length, 3u);
}

TEST(Http2Response, EndsWithItsStreamUnlessItSaysOrCanHaveNoBody) {
  EXPECT_EQ(read({{":status", "200"}}).head.body.kind, BodyKind::chunked);
  EXPECT_EQ(read({{":status", "204"}}).head.body.kind, BodyKind::none);
  EXPECT_EQ(read({{":status", "304"}, {"content-length", "9"}}).head.body.kind, BodyKind::none);
  EXPECT_EQ(read({{":status", "200"}, {"content-length", "9"}}, Method::head).head.body.kind, BodyKind::none);
}

TEST(Http2Response, IsReadBehindTheInterimOnes) {
  std::string text;
  Http2ResponseReader reader;
  reader.begin({});
  reader.add(":status", "103");
  EXPECT_FALSE(reader.finish(text).failed());
  EXPECT_TRUE(reader.is_interim());
  reader.begin({});
  reader.add(":status", "200");
  EXPECT_FALSE(reader.finish(text).failed());
  EXPECT_FALSE(reader.is_interim());

  ResponseHead head;
  std::size_t consumed = 0;
  EXPECT_FALSE(parse_http2_head(text, {}, Method::get, head, consumed).failed());
  EXPECT_EQ(head.status, 103);
  EXPECT_FALSE(parse_http2_head(std::string_view{text}.substr(consumed), {}, Method::get, head, consumed).failed());
  EXPECT_EQ(head.status, 200);
}

TEST(Http2Response, IsRefusedWhenItsStatusIs) {
  const std::vector<List> bad{{},
                              {{"server", "x"}},
                              {{"server", "x"}, {":status", "200"}},
                              {{":status", "200"}, {":status", "200"}},
                              {{":status", "20"}},
                              {{":status", "2000"}},
                              {{":status", "600"}},
                              {{":status", "2x0"}},
                              {{":path", "/"}},
                              {{":status", "200"}, {":path", "/"}}};
  for (const List& fields : bad)
    EXPECT_EQ(read(fields).error.cause, Cause::upstream_bad_status_line) << ::testing::PrintToString(fields);
  EXPECT_EQ(read({{":status", "101"}}).error.cause, Cause::upstream_bad_upgrade);
}

TEST(Http2Response, IsRefusedWhenAFieldCouldBeReadInTwoWays) {
  const List bad{{"Server", "x"},    {"a b", "x"},       {"", "x"},           {"x", "a\r\nb: c"},
                 {"x", {"a\0b", 3}}, {"x", "a\nb"},      {"connection", "a"}, {"transfer-encoding", "chunked"},
                 {"upgrade", "h2c"}, {"keep-alive", "1"}};
  for (const auto& field : bad)
    EXPECT_EQ(read({{":status", "200"}, field}).error.cause, Cause::upstream_bad_field) << field.first;
  EXPECT_EQ(read({{":status", "200"}, {"content-length", "x"}}).error.cause, Cause::upstream_bad_content_length);
}

TEST(Http2Response, IsRefusedWhenItIsTooLarge) {
  const HeadLimits limits{100, 100, 3};

  EXPECT_EQ(read({{":status", "200"}, {"x", std::string(90, 'x')}}, Method::get, limits).error.cause,
            Cause::upstream_head_too_large);
  EXPECT_TRUE(
      read({{":status", "200"}, {"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}}, Method::get, limits).error.failed());
}

}  // namespace
}  // namespace headgate::http
