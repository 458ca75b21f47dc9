#include "http/body_decoder.hpp"

#include <gtest/gtest.h>

#include <string>

#include "http/body_encoder.hpp"

namespace headgate::http {
namespace {

using Kind = BodyDecoder::Step::Kind;

BodyDecoder decoder_for(BodyFraming framing, Origin side = Origin::client, std::uint64_t max_bytes = 0) {
  BodyDecoder decoder;
  decoder.start(framing, side, max_bytes, 1024);
  return decoder;
}

/// The content, or "failed".
std::string decode(BodyDecoder& decoder, std::string_view in) {
  std::string content;
  while (!decoder.done() && !in.empty()) {
    const auto step = decoder.next(in);
    if (step.kind == Kind::failed) return "failed";
    content += step.data;
    in.remove_prefix(step.consumed);
  }
  return content;
}

TEST(BodyDecoder, IsDoneAtOnceWithoutABody) {
  BodyDecoder none = decoder_for({BodyKind::none, 0});
  BodyDecoder empty = decoder_for({BodyKind::length, 0});

  EXPECT_TRUE(none.done());
  EXPECT_TRUE(empty.done());
  EXPECT_EQ(none.next("GET").kind, Kind::end);
  EXPECT_EQ(none.next("GET").consumed, 0U);
}

TEST(BodyDecoder, TakesNoByteBeyondTheLength) {
  BodyDecoder decoder = decoder_for({BodyKind::length, 5});

  EXPECT_EQ(decoder.next("hel").data, "hel");
  EXPECT_EQ(decoder.next("").kind, Kind::need_more);
  const auto last = decoder.next("loGET");

  EXPECT_EQ(last.data, "lo");
  EXPECT_EQ(last.consumed, 2U);
  EXPECT_TRUE(decoder.done());
}

TEST(BodyDecoder, ReadsUntilTheConnectionCloses) {
  BodyDecoder decoder = decoder_for({BodyKind::until_close, 0}, Origin::upstream);

  EXPECT_EQ(decoder.next("abc").data, "abc");
  EXPECT_FALSE(decoder.done());
  EXPECT_EQ(decoder.at_eof().kind, Kind::end);
  EXPECT_TRUE(decoder.done());
}

TEST(BodyDecoder, HandsOutChunkDataAsItStandsInTheInput) {
  const std::string in = "5\r\nhello\r\n0\r\n\r\nGET";
  BodyDecoder decoder = decoder_for({BodyKind::chunked, 0});

  const auto data = decoder.next(in);
  const auto end = decoder.next(std::string_view{in}.substr(data.consumed));

  EXPECT_EQ(data.data.data(), in.data() + 3);
  EXPECT_EQ(data.consumed, 8U);
  EXPECT_EQ(end.kind, Kind::end);
  EXPECT_EQ(data.consumed + end.consumed, in.size() - 3);
  EXPECT_TRUE(decoder.done());
}

TEST(BodyDecoder, DropsChunkExtensions) {
  BodyDecoder decoder = decoder_for({BodyKind::chunked, 0});

  EXPECT_EQ(decode(decoder, "2;a=\"b\"\r\nhe\r\n3 ;x\r\nllo\r\n0;y\r\n\r\n"), "hello");
}

TEST(BodyDecoder, TellsATruncatedBodyBySide) {
  BodyDecoder client = decoder_for({BodyKind::length, 5});
  BodyDecoder upstream = decoder_for({BodyKind::chunked, 0}, Origin::upstream);

  EXPECT_EQ(client.at_eof().error.cause, Cause::client_body_truncated);
  EXPECT_EQ(upstream.at_eof().error.cause, Cause::upstream_reset);
  EXPECT_EQ(client.next("hello").kind, Kind::failed);
}

TEST(BodyDecoder, BlamesTheSideThatSentABadChunk) {
  BodyDecoder client = decoder_for({BodyKind::chunked, 0});
  BodyDecoder upstream = decoder_for({BodyKind::chunked, 0}, Origin::upstream);

  EXPECT_EQ(client.next("x").error.cause, Cause::client_bad_chunk);
  EXPECT_EQ(upstream.next("x").error.cause, Cause::upstream_bad_chunk);
}

TEST(BodyDecoder, TakesTheGreatestSizeAndNoGreaterOne) {
  BodyDecoder greatest = decoder_for({BodyKind::chunked, 0});
  BodyDecoder greater = decoder_for({BodyKind::chunked, 0});

  EXPECT_EQ(greatest.next("7fffffffffffffff\r\n").kind, Kind::need_more);
  EXPECT_EQ(greater.next("8000000000000000\r\n").kind, Kind::failed);
}

TEST(BodyDecoder, KeepsToTheByteLimit) {
  BodyDecoder length = decoder_for({BodyKind::length, 11}, Origin::client, 10);
  BodyDecoder one_chunk = decoder_for({BodyKind::chunked, 0}, Origin::client, 10);
  BodyDecoder two_chunks = decoder_for({BodyKind::chunked, 0}, Origin::client, 10);
  BodyDecoder enough = decoder_for({BodyKind::chunked, 0}, Origin::client, 10);
  BodyDecoder unframed = decoder_for({BodyKind::until_close, 0}, Origin::client, 10);

  EXPECT_EQ(length.next("").error.cause, Cause::client_body_too_large);
  EXPECT_EQ(one_chunk.next("b\r\n").error.cause, Cause::client_body_too_large);
  EXPECT_EQ(decode(two_chunks, "6\r\nabcdef\r\n5\r\n"), "failed");
  EXPECT_EQ(decode(enough, "6\r\nabcdef\r\n4\r\nghij\r\n0\r\n\r\n"), "abcdefghij");
  EXPECT_EQ(decode(unframed, "abcdefghijk"), "failed");
}

TEST(BodyDecoder, RewritesTrailers) {
  BodyDecoder decoder = decoder_for({BodyKind::chunked, 0});

  decode(decoder, "0\r\nX-Sum:1\r\ngrpc-status:  0 \r\n\r\n");

  EXPECT_TRUE(decoder.has_trailers());
  EXPECT_EQ(decoder.trailer_lines(), "X-Sum: 1\r\ngrpc-status: 0\r\n");
}

TEST(BodyDecoder, DropsTrailersThatAreOnlyGoodInAHead) {
  BodyDecoder decoder = decoder_for({BodyKind::chunked, 0}, Origin::upstream);

  decode(decoder, "0\r\nSet-Cookie: a\r\nConnection: close\r\nX-Request-Id: 1\r\nCache-Control: x\r\n\r\n");

  EXPECT_TRUE(decoder.done());
  EXPECT_FALSE(decoder.has_trailers());
}

TEST(BodyDecoder, LimitsTheTrailerSection) {
  BodyDecoder exact;
  BodyDecoder over;
  exact.start({BodyKind::chunked, 0}, Origin::client, 0, 6);
  over.start({BodyKind::chunked, 0}, Origin::client, 0, 5);

  EXPECT_EQ(decode(exact, "0\r\nX: y\r\n\r\n"), "");
  EXPECT_TRUE(exact.done());
  EXPECT_EQ(decode(over, "0\r\nX: y\r\n\r\n"), "failed");
}

TEST(BodyDecoder, ForgetsTheBodyBefore) {
  BodyDecoder decoder = decoder_for({BodyKind::chunked, 0});
  decode(decoder, "0\r\nX: y\r\n\r\n");

  decoder.start({BodyKind::length, 2}, Origin::client, 0, 1024);

  EXPECT_FALSE(decoder.has_trailers());
  EXPECT_EQ(decode(decoder, "ab"), "ab");
}

TEST(BodyEncoder, FramesPiecesThatTheDecoderReads) {
  std::string out;
  append_chunk(out, "hello");
  append_chunk(out, "");
  append_chunk(out, std::string(26, 'x'));
  append_last_chunk(out, "X-A: b\r\n");

  EXPECT_EQ(out, "5\r\nhello\r\n1a\r\n" + std::string(26, 'x') + "\r\n0\r\nX-A: b\r\n\r\n");
  BodyDecoder decoder = decoder_for({BodyKind::chunked, 0});
  EXPECT_EQ(decode(decoder, out), "hello" + std::string(26, 'x'));
  EXPECT_EQ(decoder.trailer_lines(), "X-A: b\r\n");
}

TEST(BodyEncoder, WritesSizesOfEveryLength) {
  EXPECT_EQ(ChunkSizeLine{1}.view(), "1\r\n");
  EXPECT_EQ(ChunkSizeLine{0x10000}.view(), "10000\r\n");
  EXPECT_EQ(ChunkSizeLine{0xffffffffffffffff}.view(), "ffffffffffffffff\r\n");
}

}  // namespace
}  // namespace headgate::http
