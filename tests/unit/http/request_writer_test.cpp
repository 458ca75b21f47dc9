#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "http/head_parser.hpp"
#include "http/head_writer.hpp"

namespace headgate::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Writing {
  ForwardingPolicy policy{.x_forwarded = false, .x_real_ip = false, .request_id = false};
  ClientInfo client{.ip = "192.0.2.1", .peer_ip = "192.0.2.1", .peer_trusted = false, .scheme = "http"};
  HeaderRules rules;
  BodyFraming body;
  std::string version = "1.1";
  std::string upgrade;
  bool http2 = false;

  /// Field lines in, the written head out.
  [[nodiscard]] std::string operator()(const std::string& fields) const {
    const std::string bytes = "GET /in HTTP/" + version + "\r\nHost: a.example\r\n" + fields + "\r\n";
    RequestParser parser{HeadLimits{}};
    RequestHead head;
    EXPECT_EQ(parser.parse(bytes, head), ParseStatus::complete) << bytes;
    std::string out;
    write_request_head(out, head,
                       {.target = "/out",
                        .host = "b.example",
                        .policy = &policy,
                        .client = &client,
                        .request_id = "id-1",
                        .rules = &rules,
                        .body = body,
                        .http2 = http2,
                        .upgrade = upgrade});
    return out;
  }
};

TEST(RequestWriter, WritesEveryLineAnew) {
  const Writing write;

  EXPECT_EQ(write("accept:*/*\r\nX-A: \t b \r\nX-Empty:\r\n"),
            "GET /out HTTP/1.1\r\nHost: b.example\r\naccept: */*\r\nX-A: b\r\nX-Empty: \r\n\r\n");
}

TEST(RequestWriter, OffersTheProtocolsOfThePlanAndNoneOfTheClients) {
  Writing write;
  write.upgrade = "websocket";

  EXPECT_EQ(write("Connection: Upgrade, TE\r\nUpgrade: websocket, h2c\r\nTE: trailers\r\n"),
            "GET /out HTTP/1.1\r\nHost: b.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
}

TEST(RequestWriter, AppendsToWhatIsThere) {
  const Writing write;
  std::string out = "before";
  RequestHead head;
  head.method_token = "GET";

  write_request_head(out, head, {.target = "/", .host = "h", .policy = &write.policy, .client = &write.client});

  EXPECT_EQ(out, "beforeGET / HTTP/1.1\r\nHost: h\r\n\r\n");
}

TEST(RequestWriter, LeavesOutHopByHopFields) {
  const Writing write;

  EXPECT_EQ(write("Connection: X-A, close\r\nX-A: b\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nUpgrade: h2c\r\n"),
            "GET /out HTTP/1.1\r\nHost: b.example\r\n\r\n");
}

TEST(RequestWriter, WritesTheOutgoingFraming) {
  Writing write;

  write.body = {BodyKind::length, 12345678901};
  EXPECT_THAT(write("Transfer-Encoding: chunked\r\n"), HasSubstr("\r\nContent-Length: 12345678901\r\n"));
  write.body = {BodyKind::chunked, 0};
  const std::string chunked = write("Content-Length: 5\r\n");
  EXPECT_THAT(chunked, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(chunked, Not(HasSubstr("Content-Length")));
}

TEST(RequestWriter, PassesExpectationsAndTrailersOn) {
  Writing write;
  write.body = {BodyKind::length, 1};

  const std::string out = write("Content-Length: 1\r\nExpect: 100-Continue\r\nTE: trailers, gzip\r\nTrailer: X-A\r\n");

  EXPECT_THAT(out, HasSubstr("\r\nExpect: 100-continue\r\n"));
  EXPECT_THAT(out, HasSubstr("\r\nConnection: TE\r\nTE: trailers\r\n"));
  EXPECT_THAT(out, HasSubstr("\r\nTrailer: X-A\r\n"));
}

TEST(RequestWriter, ManagesNoConnectionInHttp2) {
  Writing write;
  write.http2 = true;
  write.body = {BodyKind::chunked, 0};

  EXPECT_EQ(write("Transfer-Encoding: chunked\r\nConnection: TE, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\n"),
            "GET /out HTTP/1.1\r\nHost: b.example\r\nTE: trailers\r\n\r\n");
}

TEST(RequestWriter, ReplacesForwardingFieldsOfAStranger) {
  Writing write;
  write.policy = {};
  write.policy.request_id = false;

  EXPECT_EQ(write("X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil\r\n"
                  "X-Real-IP: 1.1.1.1\r\nForwarded: for=1.1.1.1\r\n"),
            "GET /out HTTP/1.1\r\nHost: b.example\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http\r\n"
            "X-Forwarded-Host: a.example\r\nX-Real-IP: 192.0.2.1\r\n\r\n");
}

TEST(RequestWriter, ExtendsForwardingFieldsOfATrustedPeer) {
  Writing write;
  write.policy = {};
  write.policy.request_id = false;
  write.client = {.ip = "1.1.1.1", .peer_ip = "10.0.0.1", .peer_trusted = true, .scheme = "http"};

  EXPECT_EQ(write("X-Forwarded-For: 9.9.9.9, 1.1.1.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 10.0.0.2\r\n"),
            "GET /out HTTP/1.1\r\nHost: b.example\r\nX-Forwarded-Proto: https\r\n"
            "X-Forwarded-For: 9.9.9.9, 1.1.1.1, 10.0.0.2, 10.0.0.1\r\nX-Forwarded-Host: a.example\r\n"
            "X-Real-IP: 1.1.1.1\r\n\r\n");
}

TEST(RequestWriter, LeavesEmptyElementsOutOfXForwardedFor) {
  for (const char* said : {"6.6.6.6,1.1.1.1", ",6.6.6.6,1.1.1.1,", ", \t,6.6.6.6,1.1.1.1 , ,", " ,, 6.6.6.6,1.1.1.1"}) {
    Writing write;
    write.client = {.ip = "1.1.1.1", .peer_ip = "10.0.0.1", .peer_trusted = true, .scheme = "http"};
    write.policy.x_forwarded = true;

    EXPECT_THAT(write("X-Forwarded-For: " + std::string{said} + "\r\n"),
                HasSubstr("\r\nX-Forwarded-For: 6.6.6.6,1.1.1.1, 10.0.0.1\r\n"))
        << said;
    EXPECT_THAT(write("X-Forwarded-For: 6.6.6.6,," + std::string{said} + "\r\n"),
                HasSubstr("\r\nX-Forwarded-For: 6.6.6.6, 6.6.6.6,1.1.1.1, 10.0.0.1\r\n"))
        << said;
  }
}

TEST(RequestWriter, SaysNothingOfAClientOnAUnixSocket) {
  Writing write;
  write.policy = {.forwarded = true, .request_id = false};
  write.client.ip = {};
  write.client.peer_ip = {};

  const std::string out = write("X-Forwarded-For: 1.1.1.1\r\nX-Real-IP: 1.1.1.1\r\n");

  EXPECT_THAT(out, Not(HasSubstr("1.1.1.1")));
  EXPECT_THAT(out, HasSubstr("Forwarded: for=unknown;host=\"a.example\";proto=http\r\n"));
}

TEST(RequestWriter, QuotesIPv6InForwarded) {
  Writing write;
  write.policy.forwarded = true;
  write.client.peer_ip = "2001:db8::1";

  EXPECT_THAT(write("Forwarded: for=x\r\n"), HasSubstr("\r\nHost: b.example\r\nForwarded: for=\"[2001:db8::1]\""));
}

TEST(RequestWriter, KeepsATrustedPeersForwardedBeforeItsOwn) {
  Writing write;
  write.policy.forwarded = true;
  write.client.peer_trusted = true;

  EXPECT_THAT(write("Forwarded: for=1.1.1.1\r\n"), HasSubstr("Forwarded: for=1.1.1.1\r\nForwarded: for=192.0.2.1;"));
}

TEST(RequestWriter, AddsItselfToVia) {
  Writing write;
  write.policy.via = true;
  write.version = "1.0";

  EXPECT_THAT(write("Via: 1.1 other\r\n"), HasSubstr("Via: 1.1 other\r\nVia: 1.0 headgate\r\n"));
}

TEST(RequestWriter, ReplacesTheRequestId) {
  Writing write;
  write.policy.request_id = true;

  const std::string out = write("X-Request-Id: theirs\r\n");

  EXPECT_THAT(out, HasSubstr("\r\nX-Request-Id: id-1\r\n"));
  EXPECT_THAT(out, Not(HasSubstr("theirs")));
}

TEST(RequestWriter, AppliesRulesToItsOwnFieldsToo) {
  Writing write;
  write.policy = {};
  write.rules = *HeaderRules::compile({{"X-Real-IP", "hidden"}, {"Host", "c.example"}, {"X-A", "set"}}, {{"X-B", "2"}},
                                      {"x-forwarded-for", "X-Gone"});

  const std::string out = write("X-Gone: 1\r\nx-a: 1\r\nX-A: 2\r\nX-B: 1\r\n");

  EXPECT_THAT(out, HasSubstr("\r\nHost: c.example\r\nX-B: 1\r\n"));
  EXPECT_THAT(out, HasSubstr("X-Real-IP: hidden\r\nX-A: set\r\nX-B: 2\r\n\r\n"));
  EXPECT_THAT(out, Not(HasSubstr("X-Forwarded-For")));
  EXPECT_THAT(out, Not(HasSubstr("X-Gone")));
  EXPECT_THAT(out, Not(HasSubstr("192.0.2.1")));
}

TEST(RequestWriter, TellsOfTheClientsCertificateAndDropsWhatTheClientSaysOfIt) {
  Writing write;
  write.policy.reserved = {"x-client-subject"};
  write.client.certificate_lines = "X-Client-Subject: CN=real\r\n";

  const std::string head = write("X-CLIENT-subject: CN=forged\r\nX_Client_Subject: CN=forged\r\nX-Other: 1\r\n");

  EXPECT_EQ(head, "GET /out HTTP/1.1\r\nHost: b.example\r\nX-Other: 1\r\nX-Client-Subject: CN=real\r\n\r\n");
}

TEST(RequestWriter, DropsAForgedSubjectOfAClientWithoutACertificate) {
  Writing write;
  write.policy.reserved = {"x-client-subject"};

  EXPECT_THAT(write("X-Client-Subject: CN=forged\r\n"), Not(HasSubstr("forged")));
}

}  // namespace
}  // namespace headgate::http
