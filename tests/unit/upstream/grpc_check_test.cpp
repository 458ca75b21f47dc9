// The answers of backends, as bytes.
#include "upstream/grpc_check.hpp"

#include <gtest/gtest.h>

#include <string>

#include "http/grpc_health.hpp"
#include "support/http2_frames.hpp"

namespace headgate::upstream {
namespace {

using namespace std::string_literals;
using testing::bytes_of;
using testing::data_frame;
using testing::FieldList;
using testing::HpackEncoder;
using testing::Http2Frame;
using testing::settings_frame;

const std::string serving = "\0\0\0\0\x02\x08\x01"s;

class GrpcCheckTest : public ::testing::Test {
 protected:
  static std::string head(HpackEncoder& encoder, const FieldList& fields, bool last = false) {
    const int flags = NGHTTP2_FLAG_END_HEADERS | (last ? NGHTTP2_FLAG_END_STREAM : 0);
    return bytes_of({NGHTTP2_HEADERS, static_cast<std::uint8_t>(flags), 1, encoder.encode(fields)});
  }
  static std::string answer(const std::string& message, const FieldList& trailers = {{"grpc-status", "0"}}) {
    HpackEncoder encoder;
    std::string out = settings_frame();
    out += head(encoder, {{":status", "200"}, {"content-type", "application/grpc"}});
    out += data_frame(1, message);
    return out + head(encoder, trailers, true);
  }
  static std::string refusal(const FieldList& fields) {
    HpackEncoder encoder;
    return settings_frame() + head(encoder, fields, true);
  }
  static config::ActiveHealth rules() {
    config::ActiveHealth rules;
    rules.host = "a.test:9000";
    rules.service = "shop.Orders";
    return rules;
  }
  struct Check : http2::SingleCall {
    Check() : SingleCall{grpc_check_fields(rules(), "http"), http::health_check_request(rules().service)} {}
  };
  /// What is wrong with a backend that sends these bytes.
  std::string verdict(const std::string& bytes) {
    Check check;
    check.take_output();
    check.receive(bytes);
    check.take_output();
    return check.done() ? judge_grpc_check(check) : "(not done)";
  }
};

TEST_F(GrpcCheckTest, CallsTheHealthService) {
  Check check;

  std::string out = check.take_output();

  out.erase(0, out.find("\r\n\r\nSM\r\n\r\n") + 10);
  (void)testing::take_frame(out);
  const auto request = testing::take_frame(out);
  const auto body = testing::take_frame(out);
  ASSERT_TRUE(request && body);
  testing::HpackDecoder decoder;
  const FieldList expected{{":method", "POST"},
                           {":scheme", "http"},
                           {":authority", "a.test:9000"},
                           {":path", "/grpc.health.v1.Health/Check"},
                           {"te", "trailers"},
                           {"grpc-timeout", "2000m"},
                           {"content-type", "application/grpc"},
                           {"user-agent", "headgate-probe"}};
  EXPECT_EQ(decoder.decode(request->payload), expected);
  EXPECT_EQ(body->payload, "\0\0\0\0\x0d\x0a\x0bshop.Orders"s);
  EXPECT_TRUE(body->has(NGHTTP2_FLAG_END_STREAM));
  EXPECT_FALSE(check.done());
}

TEST_F(GrpcCheckTest, SucceedsOnlyWhenTheBackendServes) {
  EXPECT_EQ(verdict(answer(serving)), "");
  EXPECT_EQ(verdict(answer("\0\0\0\0\x02\x08\x02"s)), "it says NOT_SERVING");
  EXPECT_EQ(verdict(answer("\0\0\0\0\0"s)), "it says UNKNOWN");
}

TEST_F(GrpcCheckTest, TakesAnAnswerByteByByte) {
  Check check;
  check.take_output();

  for (const char c : answer(serving)) check.receive({&c, 1});

  EXPECT_TRUE(check.done());
  EXPECT_EQ(judge_grpc_check(check), "");
  EXPECT_EQ(check.status(), 200);
}

TEST_F(GrpcCheckTest, AcknowledgesTheSettingsOfThePeer) {
  Check check;
  check.take_output();

  check.receive(settings_frame());

  EXPECT_EQ(check.take_output(), bytes_of({NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, {}}));
}

TEST_F(GrpcCheckTest, SaysWithWhichStatusACallFailed) {
  EXPECT_EQ(verdict(refusal({{":status", "200"}, {"grpc-status", "12"}, {"grpc-message", "no such method"}})),
            "grpc-status 12 UNIMPLEMENTED: no such method");
  EXPECT_EQ(verdict(answer(serving, {{"grpc-status", "13"}})), "grpc-status 13 INTERNAL");
  EXPECT_EQ(verdict(answer(serving, {{"grpc-status", "99"}})), "grpc-status 99");
}

TEST_F(GrpcCheckTest, SaysWhatIsNoGrpc) {
  EXPECT_EQ(verdict(refusal({{":status", "404"}})), "status 404 is not expected");
  EXPECT_EQ(verdict(refusal({{":status", "200"}})), "there is no grpc-status: it does not speak gRPC");
  EXPECT_EQ(verdict(answer("hello")), "its answer is no HealthCheckResponse");
  EXPECT_EQ(verdict(answer(std::string(5'000, 'x'))), "its answer is no HealthCheckResponse");
  EXPECT_EQ(verdict("HTTP/1.1 400 Bad Request\r\n\r\n"), "it does not speak HTTP/2");
  EXPECT_EQ(verdict(settings_frame() + data_frame(0, "x")), "it breaks the rules of HTTP/2");
}

TEST_F(GrpcCheckTest, FailsWhenTheConnectionOrTheCallBreaksOff) {
  Check check;
  check.take_output();
  check.receive(settings_frame());
  check.closed();

  EXPECT_EQ(check.failure(), "it closed the connection before its answer");
  EXPECT_EQ(verdict(settings_frame() + testing::reset_frame(1, NGHTTP2_REFUSED_STREAM)),
            "it reset the call: REFUSED_STREAM");
}

TEST_F(GrpcCheckTest, ReadsNotOnWithoutAnEnd) {
  Check check;
  check.take_output();
  HpackEncoder encoder;
  check.receive(settings_frame() + head(encoder, {{":status", "200"}}));

  for (int i = 0; i < 40 && !check.done(); ++i) {
    check.receive(data_frame(1, std::string(10'000, 'x')));
    check.take_output();
  }

  EXPECT_TRUE(check.done());
  EXPECT_EQ(judge_grpc_check(check), "there is no grpc-status: it does not speak gRPC");
}

}  // namespace
}  // namespace headgate::upstream
