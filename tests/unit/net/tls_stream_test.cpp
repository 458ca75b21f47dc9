#include "net/tls_stream.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/tls_server.hpp"
#include "support/event_loop_fixture.hpp"
#include "support/test_certificate.hpp"

namespace headgate::net {
namespace {

using testing::make_certificate;
using testing::milliseconds;
using testing::Running;
using testing::SocketPair;
using namespace std::chrono_literals;

base::Task<IoResult> read(Stream& stream, std::span<char> space, milliseconds limit) {
  co_return co_await stream.read(space, limit);
}
base::Task<int> readable(Stream& stream, milliseconds limit) { co_return co_await stream.readable(limit); }

/// A server's stream and a client's, both real, on the two ends of a socket.
class TlsStreamTest : public testing::EventLoopTest {
 protected:
  TlsStreamTest() {
    const int small = 4096;
    ::setsockopt(pair_.near.fd(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
    server_ = std::make_unique<TlsStream>(loop_, testing::release(pair_.near), TlsEnd{tls_.session(), nullptr});
  }
  void begin_client() {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    base::SslPtr ssl{SSL_new(context_.get())};
    SSL_set_connect_state(ssl.get());
    client_ = std::make_unique<TlsStream>(loop_, testing::release(pair_.far), TlsEnd{std::move(ssl), nullptr});
  }
  void shake_hands() {
    begin_client();
    Running<Error> server{server_->handshake(testing::patience)};
    Running<Error> client{client_->handshake(testing::patience)};
    ASSERT_TRUE(run_until([&] { return server.done() && client.done(); }));
    ASSERT_FALSE(server.result().failed()) << server.result().detail;
    ASSERT_FALSE(client.result().failed()) << client.result().detail;
  }
  std::string read_from(Stream& stream, milliseconds limit = testing::patience) {
    const IoResult got = result_of(read(stream, space_, limit));
    return {space_.data(), got.bytes};
  }

  TlsServer tls_{{.certificates = {make_certificate({"a.test"})}}};
  SocketPair pair_;
  base::SslContextPtr context_;
  std::unique_ptr<TlsStream> server_;
  std::unique_ptr<TlsStream> client_;
  std::array<char, 64 * 1024> space_{};
};

TEST_F(TlsStreamTest, CarriesBytesBothWays) {
  shake_hands();

  EXPECT_EQ(result_of(client_->write({"ping"}, testing::patience)), 0);
  EXPECT_EQ(read_from(*server_), "ping");
  EXPECT_EQ(result_of(server_->write({"po", "", "n", "g"}, testing::patience)), 0);
  EXPECT_EQ(read_from(*client_), "pong");
}

TEST_F(TlsStreamTest, IsNotEndedByWhatAnotherCallHasLeft) {
  shake_hands();
  const auto leave_an_error = [] { ERR_raise(ERR_LIB_USER, 1); };

  leave_an_error();
  EXPECT_EQ(server_->look(), Stream::Peer::silent);
  leave_an_error();
  EXPECT_EQ(server_->try_read(space_).error, EAGAIN);
  leave_an_error();
  EXPECT_EQ(result_of(server_->write({std::string(100'000, 'x')}, 100ms)), ETIMEDOUT) << "no more than that";
  EXPECT_EQ(read_from(*client_).front(), 'x');
}

TEST_F(TlsStreamTest, AWriteWaitsForRoomAndLosesNothing) {
  shake_hands();
  std::string sent(1'000'000, '\0');
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<char>(i * 7 % 251);
  const std::string head = "head";

  Running<int> writing{server_->write({head, sent}, testing::patience)};
  settle();
  EXPECT_FALSE(writing.done());
  std::string got;
  while (got.size() < head.size() + sent.size()) got += read_from(*client_);

  EXPECT_TRUE(run_until([&] { return writing.done(); }));
  EXPECT_EQ(writing.result(), 0);
  EXPECT_TRUE(got == head + sent);
}

TEST_F(TlsStreamTest, AWriteEndsWithItsTimeWhenNobodyReads) {
  shake_hands();
  const std::string large(1'000'000, 'x');

  EXPECT_EQ(result_of(server_->write({large}, 100ms)), ETIMEDOUT);
}

TEST_F(TlsStreamTest, TellsTheEndThatThePeerHasSaid) {
  shake_hands();

  client_->close();

  EXPECT_TRUE(result_of(read(*server_, space_, testing::patience)).end());
}

class TlsStreamGoodbyeTest : public TlsStreamTest {
 protected:
  /// The client has said its end, and the server has heard it.
  void client_ends() {
    shake_hands();
    while (result_of(read(*client_, space_, 50ms)).error != ETIMEDOUT) {
    }
    client_->shutdown_write();
    ASSERT_TRUE(result_of(read(*server_, space_, testing::patience)).end());
  }
};

TEST_F(TlsStreamGoodbyeTest, AnIdlePeerThatHasLeftIsToldNothing) {
  client_ends();

  server_->close();

  EXPECT_EQ(result_of(read(*client_, space_, testing::patience)).error, ECONNRESET);
}

TEST_F(TlsStreamGoodbyeTest, APeerThatWasAnsweredAfterItsEndIsToldOurs) {
  client_ends();

  EXPECT_EQ(result_of(server_->write({"late"}, testing::patience)), 0);
  server_->close();

  EXPECT_EQ(read_from(*client_), "late");
  EXPECT_TRUE(result_of(read(*client_, space_, testing::patience)).end());
}

TEST_F(TlsStreamGoodbyeTest, APeerWhoseAnswerTheEndEndsIsToldIt) {
  shake_hands();
  server_->end_follows();
  EXPECT_EQ(result_of(server_->write({"whole"}, testing::patience)), 0);
  client_->shutdown_write();
  ASSERT_TRUE(result_of(read(*server_, space_, testing::patience)).end());

  server_->close();

  EXPECT_EQ(read_from(*client_), "whole");
  EXPECT_TRUE(result_of(read(*client_, space_, testing::patience)).end());
}

TEST_F(TlsStreamTest, TakesNoEndForOneThatNobodyHasSaid) {
  shake_hands();

  client_->reset();

  EXPECT_NE(result_of(read(*server_, space_, testing::patience)).error, 0);
}

TEST_F(TlsStreamTest, ReadsOnAfterItHasSaidItsEnd) {
  shake_hands();

  server_->shutdown_write();

  EXPECT_TRUE(result_of(read(*client_, space_, testing::patience)).end());
  EXPECT_EQ(result_of(client_->write({"late"}, testing::patience)), 0);
  EXPECT_EQ(read_from(*server_), "late");
}

TEST_F(TlsStreamTest, IsNotWokenByWhatIsNoData) {
  shake_hands();  // the server's tickets come after the client's handshake
  Running<int> waiting{readable(*client_, 200ms)};
  Running<int> waiting_server{readable(*server_, testing::patience)};
  settle();
  EXPECT_FALSE(waiting.done());
  EXPECT_EQ(client_->look(), Stream::Peer::silent);

  EXPECT_EQ(result_of(client_->write({"x"}, testing::patience)), 0);

  EXPECT_TRUE(run_until([&] { return waiting_server.done(); }));
  EXPECT_EQ(server_->look(), Stream::Peer::spoke);
  EXPECT_EQ(read_from(*server_), "x");
  EXPECT_TRUE(run_until([&] { return waiting.done(); }));
}

TEST_F(TlsStreamTest, AHandshakeEndsWithItsTime) {
  const Error error = result_of(server_->handshake(100ms));

  EXPECT_EQ(error.cause, Cause::tls_handshake_timeout);
}

TEST_F(TlsStreamTest, AHandshakeFailsOnPlainHttp) {
  testing::send_all(pair_.far, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

  const Error error = result_of(server_->handshake(testing::patience));

  EXPECT_EQ(error.cause, Cause::tls_plain_http);
}

TEST_F(TlsStreamTest, AHandshakeFailsWhenThePeerGoes) {
  testing::send_all(pair_.far, "\x16\x03\x01");
  pair_.far.close();

  const Error error = result_of(server_->handshake(testing::patience));

  EXPECT_EQ(error.cause, Cause::tls_handshake_failed);
  EXPECT_STREQ(error.detail, "the peer closed the connection");
}

TEST_F(TlsStreamTest, AHandshakeHasNotBegunWhenThePeerGoesWithoutAByte) {
  pair_.far.close();

  EXPECT_EQ(result_of(server_->handshake(testing::patience)).cause, Cause::client_closed);
}

/// With a client that does what TlsStream never would.
class TlsMisuseTest : public TlsStreamTest {
 protected:
  void meet() {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), pair_.far.fd());
    SSL_set_connect_state(ssl_.get());
    Running<Error> server{server_->handshake(testing::patience)};
    ASSERT_TRUE(run_until([&] { return SSL_do_handshake(ssl_.get()) == 1 && server.done(); }));
    ASSERT_FALSE(server.result().failed()) << server.result().detail;
  }
  /// One at a time, as the socket has room for them.
  void send_key_updates(int count, const std::function<bool()>& enough) {
    for (int i = 0; i < count && !enough(); ++i) {
      ASSERT_EQ(SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
      ASSERT_TRUE(run_until([&] { return SSL_do_handshake(ssl_.get()) == 1 || enough(); }));
    }
  }

  base::SslPtr ssl_;
};

TEST_F(TlsMisuseTest, IsNoneWhenKeysAreRenewedNowAndThen) {
  meet();
  Running<IoResult> reading{read(*server_, space_, testing::patience)};

  send_key_updates(20, [&] { return reading.done(); });
  EXPECT_EQ(SSL_write(ssl_.get(), "x", 1), 1);

  ASSERT_TRUE(run_until([&] { return reading.done(); }));
  EXPECT_EQ(reading.result().bytes, 1u);
  EXPECT_FALSE(server_->misuse().failed());
}

TEST_F(TlsMisuseTest, EndsAConnectionThatRenewsItsKeysWithoutEnd) {
  meet();
  Running<IoResult> reading{read(*server_, space_, testing::patience)};

  send_key_updates(1'000, [&] { return reading.done(); });

  ASSERT_TRUE(run_until([&] { return reading.done(); }));
  EXPECT_EQ(reading.result().error, EPROTO);
  EXPECT_EQ(server_->misuse().cause, Cause::tls_handshake_failed);
}

TEST_F(TlsMisuseTest, IsNotHiddenByBytesInBetween) {
  meet();
  bool ended = false;

  for (int i = 0; i < 1'000 && !ended; ++i) {
    Running<IoResult> reading{read(*server_, space_, testing::patience)};
    send_key_updates(1, [] { return false; });
    (void)SSL_write(ssl_.get(), "x", 1);
    ASSERT_TRUE(run_until([&] { return reading.done(); }));
    ended = reading.result().error == EPROTO;
  }

  EXPECT_TRUE(ended);
}

class TlsCrowdTest : public testing::EventLoopTest {
 protected:
  /// One of many, with its own side of the connection.
  struct Member {
    Member(net::EventLoop& loop, const TlsServer& tls, SSL_CTX* context)
        : server{loop, testing::release(pair.near), TlsEnd{tls.session(), nullptr}}, client{SSL_new(context)} {
      SSL_set_fd(client.get(), pair.far.fd());
      SSL_set_connect_state(client.get());
    }
    [[nodiscard]] bool answered() const {
      char byte = 0;
      return ::recv(pair.far.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
    }
    SocketPair pair;
    TlsStream server;
    base::SslPtr client;
    Running<Error> handshake{server.handshake(testing::patience)};
  };
};

TEST_F(TlsCrowdTest, HasFewHandshakesGoOnInOneTurn) {
  const TlsServer tls{{.certificates = {make_certificate({"a.test"})}}};
  const base::SslContextPtr context{SSL_CTX_new(TLS_client_method())};
  std::vector<std::unique_ptr<Member>> crowd;
  for (int i = 0; i < 20; ++i) crowd.push_back(std::make_unique<Member>(loop_, tls, context.get()));
  settle();
  settle();
  for (const auto& member : crowd) ASSERT_EQ(SSL_do_handshake(member->client.get()), -1) << "it has said hello";

  loop_.run_once(10ms);

  EXPECT_EQ(std::count_if(crowd.begin(), crowd.end(), [](const auto& member) { return member->answered(); }), 4);
  EXPECT_TRUE(run_until([&] {
    for (const auto& member : crowd) SSL_do_handshake(member->client.get());
    return std::all_of(crowd.begin(), crowd.end(), [](const auto& member) { return member->handshake.done(); });
  }));
}

TEST(TlsWorkspace, LetsFewHandshakesGoOnInOneTurn) {
  TlsWorkspace workspace;
  int taken = 0;

  for (int i = 0; i < 10; ++i) taken += workspace.take_handshake_step(7) ? 1 : 0;

  EXPECT_EQ(taken, 4);
  EXPECT_TRUE(workspace.take_handshake_step(8));
}

}  // namespace
}  // namespace headgate::net
