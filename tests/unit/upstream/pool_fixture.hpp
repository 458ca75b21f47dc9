#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/socket_stream.hpp"
#include "support/event_loop_fixture.hpp"
#include "upstream/pool.hpp"

namespace headgate::upstream {

using std::chrono::milliseconds;
using testing::Socket;
using namespace std::chrono_literals;

inline constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A pool whose connections end in the test: `peers_[i]` is the upstream's end of the i-th.
class PoolTest : public testing::EventLoopTest {
 protected:
  PoolTest() {
    pool_->apply(rules_);
    pool_->set_addresses({address("/a")});
    head_.method = Method::get;
    head_.method_token = "GET";
    plan_.target = "/";
    plan_.host = "example.org";
    plan_.policy = &policy_;
    plan_.client = &client_;
  }

  static net::SocketAddress address(const std::string& path) { return *net::SocketAddress::unix_path(path); }

  base::Task<Result<net::StreamPtr>> connect_to(net::SocketAddress address) {  // the coroutine outlives the caller's
    tried_.push_back(address.text());
    if (std::erase(refusing_, address.text()) != 0) co_return Error{Cause::upstream_connect_failed, "", ECONNREFUSED};
    testing::SocketPair pair;
    peers_.push_back(std::move(pair.far));
    co_return net::make_socket_stream(loop_, testing::release(pair.near));
  }

  CallPtr connect(const std::string& preface = "") {
    return std::move(*result_of(pool_->connect(options_, connecting_, preface)));
  }

  /// Sends the request, whole.
  void send(Call& call) { ASSERT_EQ(result_of(call.send_head(head_, plan_, {}, true)), Error::none()); }
  /// Reads a response to its end; its body.
  std::string read_all(Call& call, ResponseHead& head) {
    if (const Error error = result_of(call.read_head(head)); error.failed()) return std::string{to_string(error.cause)};
    std::string body;
    http::BodyPiece piece = call.read_buffered();
    for (;; piece = result_of(call.read())) {
      if (piece.error.failed()) return body + '|' + std::string{to_string(piece.error.cause)};
      body += piece.data;
      if (piece.last) return body;
    }
  }
  std::string read_all(Call& call) {
    ResponseHead head;
    return read_all(call, head);
  }
  /// One whole exchange; the call is given back.
  void exchange(CallPtr call, std::size_t peer, std::string_view response = ok) {
    send(*call);
    ASSERT_TRUE(testing::receive(peers_[peer]).starts_with("GET / HTTP/1.1\r\n"));
    testing::send_all(peers_[peer], response);
    read_all(*call);
  }
  void pass(milliseconds time) {
    net::DeadlineWheel& wheel = loop_.wheel();
    wheel.advance_to(wheel.now() + static_cast<std::uint64_t>(time / net::DeadlineWheel::tick));
  }

  PoolRules rules_{4, 50s, 1h};
  CallOptions options_{{}, {1min, 1min}, 3s};
  net::ConnectCanceller connecting_;
  base::BufferPool buffers_;
  std::vector<std::string> refusing_;  ///< each once
  std::vector<std::string> tried_;
  std::vector<Socket> peers_;
  std::unique_ptr<Pool> pool_ = std::make_unique<Pool>(
      loop_, buffers_, [this](auto&, const net::SocketAddress& to, auto, auto&) { return connect_to(to); },
      std::make_shared<EndpointState>("web", Endpoint{"", 0, "/a"}));
  http::ForwardingPolicy policy_{false, false, false, false, false, false, ""};
  http::ClientInfo client_;
  RequestHead head_;
  http::RequestPlan plan_;
};

}  // namespace headgate::upstream
