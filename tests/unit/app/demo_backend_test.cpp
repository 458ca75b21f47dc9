#include "app/demo_backend.hpp"

#include <gtest/gtest.h>

#include <boost/system/system_error.hpp>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "support/raw_client.hpp"
#include "support/temporary_folder.hpp"
#include "support/waiting.hpp"

namespace headgate::app {
namespace {

using namespace headgate::testing;

const Endpoint free_port{"127.0.0.1", 0, {}};

struct Serving {
  DemoBackend backend{"backend-7", free_port};
  RawClient client{to_string(backend.address())};
};

TEST(DemoBackend, KeepsTheConnectionAndNamesItself) {
  Serving serving;

  const Response first = serving.client.get("/");
  const Response second = serving.client.get("/");

  EXPECT_EQ(first.body, "hello from backend-7\n");
  EXPECT_EQ(second.field("x-backend"), "backend-7");
}

TEST(DemoBackend, ClosesTheConnectionWhenAskedTo) {
  Serving serving;

  const Response response = serving.client.get("/", "Connection: close\r\n");

  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(serving.client.closes());
}

TEST(DemoBackend, AnswersPipelinedRequestsInOrder) {
  Serving serving;

  serving.client.send(RawClient::get_request("/status/201") + RawClient::get_request("/status/404"));

  EXPECT_EQ(serving.client.read_response().status, 201);
  EXPECT_EQ(serving.client.read_response().status, 404);
}

TEST(DemoBackend, SendsTheHeadAloneForHead) {
  Serving serving;

  const Response response = serving.client.ask("HEAD /bytes/1000 HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_EQ(response.field("content-length"), "1000");
  EXPECT_EQ(serving.client.get("/healthz").body, "ok\n");  // no byte of a body was in between
}

TEST(DemoBackend, SendsBytesWithALengthOrInChunks) {
  Serving serving;

  const Response plain = serving.client.get("/bytes/200000");
  const Response chunked = serving.client.get("/bytes/200000?chunked=1");

  EXPECT_EQ(plain.field("content-length"), "200000");
  EXPECT_TRUE(chunked.is_chunked());
  EXPECT_EQ(plain.body.size(), 200000u);
  EXPECT_EQ(chunked.body, plain.body);
}

TEST(DemoBackend, EndsAChunklessStreamOfHttp10ByClosing) {
  Serving serving;

  serving.client.send("GET /bytes/1000?chunked=1 HTTP/1.0\r\n\r\n");
  const std::string all = serving.client.read_until_close();

  EXPECT_EQ(all.find("Transfer-Encoding"), std::string::npos);
  EXPECT_EQ(all.size() - all.find("\r\n\r\n") - 4, 1000u);
}

TEST(DemoBackend, EchoesWhatItReceived) {
  Serving serving;

  const Response response = serving.client.post("/echo", "some body", "X-Test: yes\r\n");

  const auto json = nlohmann::json::parse(response.body);
  EXPECT_EQ(json["body"], "some body");
  EXPECT_EQ(json["headers"].back(), "X-Test: yes");
}

TEST(DemoBackend, CountsABodyThatItDoesNotKeep) {
  Serving serving;

  const Response response = serving.client.post("/echo", std::string(200'000, 'x'));

  const auto json = nlohmann::json::parse(response.body);
  EXPECT_EQ(json["body_bytes"], 200'000);
  EXPECT_EQ(json["body"].get<std::string>().size(), 64u * 1024);
}

TEST(DemoBackend, AsksForTheBodyThatTheClientHoldsBack) {
  Serving serving;

  serving.client.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  const Response interim = serving.client.read_response();
  serving.client.send("ok");

  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(nlohmann::json::parse(serving.client.read_response().body)["body"], "ok");
}

TEST(DemoBackend, SendsEventsAsTheyHappen) {
  Serving serving;

  serving.client.send(RawClient::get_request("/stream?count=2&ms=60000"));
  const std::string head = serving.client.read_head();
  const std::string chunk_size = serving.client.read_line();
  const std::string id = serving.client.read_line();

  EXPECT_NE(head.find("text/event-stream"), std::string::npos);
  EXPECT_EQ(id.substr(0, 5), "id: 1");  // the second one is a minute away
  EXPECT_FALSE(chunk_size.empty());
}

TEST(DemoBackend, EndsAStreamAfterTheLastEvent) {
  Serving serving;

  const Response response = serving.client.get("/stream?count=3&ms=1");

  EXPECT_NE(response.body.find("id: 3\ndata: event 3 from backend-7\n\n"), std::string::npos);
  EXPECT_EQ(response.body.find("id: 4"), std::string::npos);
}

TEST(DemoBackend, DelaysTheAnswer) {
  Serving serving;

  const auto took = time_of([&] { EXPECT_EQ(serving.client.get("/slow?ms=100").status, 200); });

  EXPECT_GE(took, 100ms);
}

TEST(DemoBackend, RefusesWhatIsNotHttpAndCloses) {
  Serving serving;

  serving.client.send("\x16\x03\x01 this is no request\r\n\r\n");

  EXPECT_EQ(serving.client.read_response().status, 400);
  EXPECT_TRUE(serving.client.closes());
}

TEST(DemoBackend, ServesOthersAfterAClientResets) {
  Serving serving;
  serving.client.send(RawClient::get_request("/bytes/4000000000"));
  serving.client.read_head();

  serving.client.reset();
  RawClient other{to_string(serving.backend.address())};

  EXPECT_EQ(other.get("/healthz").status, 200);
}

TEST(DemoBackend, StopsInTheMiddleOfAResponse) {
  Serving serving;
  serving.client.send(RawClient::get_request("/stream?count=100&ms=60000"));
  serving.client.read_head();

  serving.backend.stop();

  EXPECT_TRUE(serving.client.closes());
  EXPECT_FALSE(accepts_connections(to_string(serving.backend.address())));
}

TEST(DemoBackend, ListensOnAUnixSocketAndRemovesItsFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "backend.sock";
  DemoBackend backend{"unix", Endpoint{"", 0, path}};
  RawClient client{"unix:" + path};

  const Response response = client.get("/");
  backend.stop();

  EXPECT_EQ(response.body, "hello from unix\n");
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(DemoBackend, TakesTheSocketFileOfAProcessThatWasKilled) {
  const TemporaryFolder folder;
  const std::string path = folder / "backend.sock";
  { const Socket left_behind = listen_on("unix:" + path); }
  ASSERT_TRUE(std::filesystem::exists(path));

  DemoBackend backend{"unix", Endpoint{"", 0, path}};

  EXPECT_EQ(RawClient{"unix:" + path}.get("/").status, 200);
}

TEST(DemoBackend, ThrowsWhenTheAddressIsInUse) {
  const DemoBackend first{"first", free_port};

  EXPECT_THROW((DemoBackend{"second", first.address()}), boost::system::system_error);
}

}  // namespace
}  // namespace headgate::app
