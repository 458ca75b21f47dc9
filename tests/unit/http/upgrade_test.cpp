#include "http/upgrade.hpp"

#include <gtest/gtest.h>

namespace headgate::http {
namespace {

RequestHead asking(std::initializer_list<std::string_view> upgrades, Method method = Method::get) {
  RequestHead head;
  head.method = method;
  for (const std::string_view value : upgrades) head.fields.push_back({"Upgrade", value, FieldId::upgrade, true});
  return head;
}

std::string offer(const RequestHead& request, const std::vector<std::string>& allowed) {
  std::string out;
  append_offer(out, request, allowed);
  return out;
}

ResponseHead switching(std::initializer_list<std::string_view> upgrades) {
  ResponseHead head;
  head.status = 101;
  for (const std::string_view value : upgrades) head.fields.push_back({"Upgrade", value, FieldId::upgrade, true});
  return head;
}

TEST(Upgrade, OffersWhatIsAllowedInTheClientsSpelling) {
  EXPECT_EQ(offer(asking({"WebSocket"}), {"websocket"}), "WebSocket");
  EXPECT_EQ(offer(asking({"h2c, websocket ,, SPDY/3.1"}), {"websocket", "spdy/3.1"}), "websocket, SPDY/3.1");
  EXPECT_EQ(offer(asking({"foo", "websocket"}), {"websocket", "foo"}), "foo, websocket");
}

TEST(Upgrade, OffersNothingElse) {
  EXPECT_EQ(offer(asking({"h2c"}), {"websocket"}), "");
  EXPECT_EQ(offer(asking({"websocket"}), {}), "");
  EXPECT_EQ(offer(asking({"websocket/13"}), {"websocket"}), "");
  EXPECT_EQ(offer(asking({}), {"websocket"}), "");
}

TEST(Upgrade, TakesAWebSocketOnlyOutOfAGetWithoutContent) {
  RequestHead with_body = asking({"websocket"});
  with_body.body = {BodyKind::length, 1};
  RequestHead chunked = asking({"websocket"});
  chunked.body = {BodyKind::chunked, 0};
  RequestHead empty_body = asking({"websocket"});
  empty_body.body = {BodyKind::length, 0};

  EXPECT_EQ(offer(asking({"websocket"}, Method::post), {"websocket"}), "");
  EXPECT_EQ(offer(with_body, {"websocket"}), "");
  EXPECT_EQ(offer(chunked, {"websocket"}), "");
  EXPECT_EQ(offer(empty_body, {"websocket"}), "websocket");
  EXPECT_FALSE(asks_for_websocket(asking({"websocket"}, Method::post)));
}

TEST(Upgrade, OffersOtherProtocolsWithAnyMethodAndABody) {
  RequestHead attach = asking({"tcp"}, Method::post);
  attach.body = {BodyKind::length, 2};

  EXPECT_EQ(offer(attach, {"tcp"}), "tcp");
}

TEST(Upgrade, TellsWebSocketsFromOtherProtocols) {
  EXPECT_TRUE(asks_for_websocket(asking({"WEBSOCKET"})));
  EXPECT_TRUE(asks_for_websocket(asking({"h2c, websocket"})));
  EXPECT_FALSE(asks_for_websocket(asking({"h2c"})));
}

TEST(Upgrade, TakesASwitchToWhatWasOfferedOnly) {
  EXPECT_TRUE(was_offered(switching({"websocket"}), "WebSocket"));
  EXPECT_TRUE(was_offered(switching({"foo, bar"}), "bar, foo"));
  EXPECT_FALSE(was_offered(switching({"foo, h2c"}), "foo"));
  EXPECT_FALSE(was_offered(switching({"foo"}), "websocket"));
  EXPECT_FALSE(was_offered(switching({}), "websocket"));
}

}  // namespace
}  // namespace headgate::http
