#include "http/http2_trailers.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace headgate::http {
namespace {

using List = std::vector<std::pair<std::string, std::string>>;

TEST(Http2Trailers, BecomeLines) {
  Http2TrailerReader trailers;
  trailers.begin();

  trailers.add("x-sum", "1");
  trailers.add("set-cookie", "dropped=1");

  EXPECT_FALSE(trailers.error().failed());
  EXPECT_EQ(trailers.lines(), "x-sum: 1\r\n");
}

TEST(Http2Trailers, RefuseWhatIsNone) {
  const List bad{{":path", "/"},     {"content-length", "1"},
                 {"host", "a"},      {"transfer-encoding", "chunked"},
                 {"x", "a\nb"},      {"X", "a"},
                 {"upgrade", "h2c"}, {"x", std::string(9000, 'x')}};
  for (const auto& [name, value] : bad) {
    Http2TrailerReader trailers;
    trailers.begin();

    trailers.add(name, value);

    EXPECT_EQ(trailers.error().cause, Cause::client_bad_field) << name;
  }
}

TEST(Http2Trailers, OfAnUpstreamAreItsFault) {
  Http2TrailerReader trailers{Origin::upstream};
  trailers.begin();

  trailers.add("grpc-status", "0");
  EXPECT_EQ(trailers.lines(), "grpc-status: 0\r\n");
  trailers.add(":status", "200");
  EXPECT_EQ(trailers.error().cause, Cause::upstream_bad_field);
}

}  // namespace
}  // namespace headgate::http
