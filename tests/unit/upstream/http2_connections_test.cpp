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

}  // namespace
}  // namespace headgate::upstream
