#include "support/raw_messages.hpp"

#include <gtest/gtest.h>

#include <set>

#include "http/body_decoder.hpp"
#include "http/head_parser.hpp"

namespace headgate::http {
namespace {

using headgate::testing::raw_messages;
using headgate::testing::RawMessage;
using headgate::testing::Side;

constexpr int waiting = 0;  ///< the message is not complete yet
constexpr std::uint64_t body_limit = 10 * 1024 * 1024;
constexpr std::size_t trailer_limit = 8 * 1024;

/// Feeds the decoder `step` bytes more at a time.
int judge_body(BodyDecoder& decoder, std::string_view body, std::size_t step, bool then_closed) {
  std::size_t used = 0;
  for (std::size_t received = 0; !decoder.done() && received < body.size();) {
    received = std::min(body.size(), received + step);
    while (!decoder.done() && used < received) {
      const BodyDecoder::Step next = decoder.next(body.substr(used, received - used));
      if (next.kind == BodyDecoder::Step::Kind::failed) return next.error.info().status;
      used += next.consumed;
    }
  }
  if (decoder.done()) return 200;
  if (!then_closed) return waiting;
  const BodyDecoder::Step end = decoder.at_eof();
  return end.kind == BodyDecoder::Step::Kind::failed ? end.error.info().status : 200;
}

/// Grows the received bytes by `step` until the parser has an opinion.
template <class Parse>
ParseStatus feed(std::string_view bytes, std::size_t step, Parse parse) {
  ParseStatus status = ParseStatus::need_more;
  for (std::size_t received = 0; status == ParseStatus::need_more && received < bytes.size();) {
    received = std::min(bytes.size(), received + step);
    status = parse(bytes.substr(0, received));
  }
  return status;
}

int judge_request(std::string_view bytes, std::size_t step) {
  RequestParser parser{HeadLimits{}};
  RequestHead head;
  const ParseStatus status = feed(bytes, step, [&](std::string_view part) { return parser.parse(part, head); });
  if (status == ParseStatus::need_more) return waiting;
  if (status == ParseStatus::failed) return parser.error().info().status;
  BodyDecoder decoder;
  decoder.start(head.body, Origin::client, body_limit, trailer_limit);
  if (head.body.kind == BodyKind::length && head.body.length > body_limit) return decoder.next("").error.info().status;
  const int outcome = judge_body(decoder, bytes.substr(parser.consumed()), step, false);
  return outcome == 200 && head.method == Method::connect ? 501 : outcome;  // refused later
}

int judge_response(std::string_view bytes, std::size_t step) {
  ResponseParser parser{HeadLimits{}};
  ResponseHead head;
  for (;;) {
    parser.reset();
    const ParseStatus status =
        feed(bytes, step, [&](std::string_view part) { return parser.parse(part, head, Method::get); });
    if (status == ParseStatus::need_more) return info(Cause::upstream_reset).status;
    if (status == ParseStatus::failed) return parser.error().info().status;
    bytes.remove_prefix(parser.consumed());
    if (head.status >= 200) break;
  }
  BodyDecoder decoder;
  decoder.start(head.body, Origin::upstream, 0, trailer_limit);
  const int outcome = judge_body(decoder, bytes, step, true);
  return outcome == 200 ? head.status : outcome;
}

int judge(const RawMessage& message, std::size_t step) {
  return message.side == Side::request ? judge_request(message.bytes, step) : judge_response(message.bytes, step);
}

TEST(RawMessages, MeetTheirFateWhenTheyArriveWhole) {
  for (const RawMessage& message : raw_messages())
    EXPECT_EQ(judge(message, std::string::npos / 2), message.expected) << message.name;
}

TEST(RawMessages, MeetTheSameFateByteByByte) {
  for (const RawMessage& message : raw_messages()) EXPECT_EQ(judge(message, 1), message.expected) << message.name;
}

TEST(RawMessages, AreManyAndNamedApart) {
  std::set<std::pair<Side, std::string>> names;

  for (const RawMessage& message : raw_messages()) names.emplace(message.side, message.name);

  EXPECT_EQ(names.size(), raw_messages().size());
  EXPECT_GE(names.size(), 150U);
}

}  // namespace
}  // namespace headgate::http
