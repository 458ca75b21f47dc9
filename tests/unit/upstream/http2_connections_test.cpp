// A pool's connections of HTTP/2, over real sockets: their peers speak frame by frame.
#include "upstream/http2_connections.hpp"

#include <string>
#include <utility>

#include "pool_fixture.hpp"
#include "support/http2_frames.hpp"

namespace headgate::upstream {
namespace {

using testing::settings_frame;
using Connecting = testing::Running<Result<CallPtr>>;

class Http2PoolTest : public PoolTest {
 protected:
  Http2PoolTest() { pool_->set_protocol(config::UpstreamProtocol::http2, settings_, workspace_); }
  ~Http2PoolTest() override {
    pool_.reset();
    settle();
  }

  void respond(std::size_t peer, std::int32_t stream) {
    settle();  // the request has left
    constexpr std::uint8_t whole = NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM;
    testing::send_all(peers_[peer], testing::bytes_of({NGHTTP2_HEADERS, whole, stream, "\x88"}));  // 200
  }
  /// On a connection that has served a request, as it is lost; `meanwhile`: what came on it before.
  Error error_of_lost_call(const std::string& meanwhile) {
    CallPtr first = call_on_new();
    send(*first);
    respond(peers_.size() - 1, 1);
    EXPECT_EQ(read_all(*first), "");
    first.reset();
    CallPtr second = pool_->take(options_, false);
    send(*second);
    settle();
    testing::send_all(peers_.back(), meanwhile);
    settle();
    peers_.back() = {};
    ResponseHead head;
    return result_of(second->read_head(head));
  }
  /// A call on a connection that is opened for it.
  CallPtr call_on_new(const std::string& hello = settings_frame()) {
    Connecting connecting{pool_->connect(options_, connecting_)};
    testing::send_all(peers_.back(), hello);
    EXPECT_TRUE(run_until([&] { return connecting.done(); }));
    return std::move(*connecting.result());
  }

  config::UpstreamHttp2 settings_;
  http2::Workspace workspace_;
};

// Regression: the call was never deleted.
TEST_F(Http2PoolTest, EndsUnderACallThatHasJustEnded) {
  CallPtr call = call_on_new();
  send(*call);

  call.reset();
  pool_.reset();

  EXPECT_EQ(workspace_.ending.size(), 1U);
  settle();
  EXPECT_TRUE(workspace_.ending.empty());
}

TEST_F(Http2PoolTest, EndsUnderACallThatHasJustEndedWithoutAnotherTurn) {
  CallPtr call = call_on_new();
  send(*call);

  call.reset();
  pool_.reset();
  workspace_.ending.clear();  // as at the end of a worker; leaks are found under ASan

  EXPECT_EQ(buffers_.lent(), 0U);
}

TEST_F(Http2PoolTest, ACallThatCameTooLateIsNoFailureOfTheBackend) {
  EXPECT_EQ(error_of_lost_call("").cause, Cause::upstream_closed_reused);
}

// Regression: on a connection that many calls share it always was, whatever the backend had said since.
TEST_F(Http2PoolTest, ABackendThatIsLostInTheMiddleOfItsWorkHasFailed) {
  EXPECT_EQ(error_of_lost_call(testing::ping_frame()).cause, Cause::upstream_reset);
}

// Regression: with max_idle 0 it was closed, and another one opened.
TEST_F(Http2PoolTest, AConnectionThatSomebodyWaitsForIsKept) {
  pool_->apply({0, 50s, 1h});
  settings_.max_streams = 1;
  pool_->set_protocol(config::UpstreamProtocol::http2, settings_, workspace_);
  CallPtr first = call_on_new();
  send(*first);
  Connecting second{pool_->connect(options_, connecting_)};

  respond(0, 1);
  EXPECT_EQ(read_all(*first), "");
  first.reset();

  ASSERT_TRUE(run_until([&] { return second.done(); }));
  ASSERT_TRUE(second.result());
  EXPECT_TRUE((*second.result())->reused());
}

// Regression: they failed, a moment after they had come, with the time of another one.
TEST_F(Http2PoolTest, WhoCameLateDoesNotFailWithAnAttemptThatBeganBefore) {
  Connecting early{pool_->connect(options_, connecting_)};
  pass(options_.connect - 200ms);
  net::ConnectCanceller connecting;
  Connecting late{pool_->connect(options_, connecting)};

  pass(400ms);

  ASSERT_TRUE(run_until([&] { return early.done(); }));
  EXPECT_EQ(early.result().error().cause, Cause::upstream_connect_timeout);
  EXPECT_FALSE(late.done());
  ASSERT_EQ(peers_.size(), 2U);
  testing::send_all(peers_[1], settings_frame());
  ASSERT_TRUE(run_until([&] { return late.done(); }));
  EXPECT_TRUE(late.result());
}

TEST_F(Http2PoolTest, NoMoreAreKeptThanANewConfigurationSays) {
  CallPtr call = call_on_new();
  send(*call);
  respond(0, 1);
  EXPECT_EQ(read_all(*call), "");
  call.reset();
  settle();
  ASSERT_EQ(pool_->idle(), 1U);

  pool_->apply({0, 50s, 1h});
  settle();

  EXPECT_EQ(pool_->idle(), 0U);
}

TEST_F(Http2PoolTest, WhoWaitsIsServedWhenThePeerTakesMore) {
  CallPtr first = call_on_new(settings_frame({{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 1}}));
  send(*first);
  Connecting second{pool_->connect(options_, connecting_)};
  settle();
  EXPECT_FALSE(second.done());

  testing::send_all(peers_[0], settings_frame({{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, 2}}));

  ASSERT_TRUE(run_until([&] { return second.done(); }));
  ASSERT_TRUE(second.result());
  EXPECT_TRUE((*second.result())->reused());
}

}  // namespace
}  // namespace headgate::upstream
