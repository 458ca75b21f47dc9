#include "http/websocket_handshake.hpp"

#include <gtest/gtest.h>

namespace headgate::http {
namespace {

TEST(WebSocketHandshake, AnswersTheKeyOfTheSpecification) {
  EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");  // RFC 6455 s1.3
}

TEST(WebSocketHandshake, MakesAnotherKeyEachTime) {
  EXPECT_EQ(make_websocket_key().size(), 24u);
  EXPECT_NE(make_websocket_key(), make_websocket_key());
}

TEST(WebSocketHandshake, KnowsAnAnswerToTheKey) {
  RequestHead request;
  request.fields.push_back({"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="});
  ResponseHead response;
  EXPECT_FALSE(answers_key(request, response));

  response.fields.push_back({"Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="});

  EXPECT_TRUE(answers_key(request, response));
  request.fields.front().value = "x";
  EXPECT_FALSE(answers_key(request, response));
}

TEST(WebSocketHandshake, BecomesTheResponseToAConnect) {
  ResponseHead response;
  response.status = 101;
  response.fields = {{"Upgrade", "websocket", FieldId::upgrade, true},
                     {"Connection", "Upgrade", FieldId::connection, true},
                     {"Sec-WebSocket-Accept", "x"},
                     {"Sec-WebSocket-Protocol", "chat"}};

  become_connect_response(response);

  EXPECT_EQ(response.status, 200);
  ASSERT_EQ(response.fields.size(), 1u);
  EXPECT_EQ(response.fields.front().value, "chat");
}

}  // namespace
}  // namespace headgate::http
