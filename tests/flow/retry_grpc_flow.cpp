// Retries of gRPC calls that a backend has refused.
#include "retry_fixture.hpp"

namespace headgate::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr std::string_view call =
    "POST /shop.Orders/Get HTTP/1.1\r\nHost: a\r\nContent-Type: application/grpc\r\nContent-Length: 6\r\n\r\nabcdef";
constexpr std::string_view done = "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nContent-Length: 5\r\n\r\nhello";

std::string refusal(int status, const std::string& fields = "") {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\nContent-Length: 0\r\ngrpc-status: " +
         std::to_string(status) + "\r\n" + fields + "\r\n";
}

class GrpcRetryFlow : public RetryFlow {
 protected:
  void serve_listed(std::vector<std::string_view> steps, const std::string& more = "") {
    serve(R"("on": ["grpc_unavailable", "grpc_resource_exhausted"])" + more, std::move(steps));
  }
  const std::string unavailable_ = refusal(14);
};

TEST_F(GrpcRetryFlow, MakesACallAgainThatWasRefused) {
  serve_listed({unavailable_, done});

  const WirePtr client = ask(call);

  EXPECT_THAT(client->from_proxy, EndsWith("hello"));
  ASSERT_EQ(received_.size(), 2U);
  EXPECT_THAT(received_.back(), EndsWith("\r\n\r\nabcdef"));
}

TEST_F(GrpcRetryFlow, MakesNoCallAgainUnlessItsStatusIsListed) {
  const std::string internal = refusal(13);
  serve_listed({internal, done});

  EXPECT_THAT(ask(call)->from_proxy, HasSubstr("grpc-status: 13"));
  EXPECT_EQ(received_.size(), 1U);
}

TEST_F(GrpcRetryFlow, PassesTheLastRefusalOnAsItCame) {
  serve_listed({unavailable_, unavailable_, unavailable_});

  const WirePtr client = ask(call);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 14"));
  EXPECT_EQ(received_.size(), 3U);
}

TEST_F(GrpcRetryFlow, HoldsItAgainstTheBackendAsTheStatusOfHttpThatItStandsFor) {
  const std::string not_found = refusal(5);
  serve(R"("attempts": 0)", {unavailable_, not_found});

  ask(call);
  EXPECT_EQ(all_failures(), 1U);
  ask(call);

  EXPECT_EQ(all_failures(), 1U);
}

TEST_F(GrpcRetryFlow, WaitsAsLongAsTheBackendSays) {
  const std::string later = refusal(14, "grpc-retry-pushback-ms: 500\r\n");
  serve_listed({later, done});
  const WirePtr client = ask(call);

  proxy_->advance(300ms);
  EXPECT_EQ(client->from_proxy, "");
  proxy_->advance(200ms);

  EXPECT_THAT(client->from_proxy, EndsWith("hello"));
}

TEST_F(GrpcRetryFlow, LeavesItToTheClientWhenTheBackendWantsMorePatience) {
  for (const std::string pushback : {"-1", "1001"}) {
    received_.clear();
    const std::string later = refusal(14, "grpc-retry-pushback-ms: " + pushback + "\r\n");
    serve_listed({later, done}, R"(, "backoff": { "base": "0ms", "max": "1s" })");

    EXPECT_THAT(ask(call)->from_proxy, HasSubstr("grpc-retry-pushback-ms: " + pushback)) << pushback;
    EXPECT_EQ(received_.size(), 1U) << pushback;
  }
}

TEST_F(GrpcRetryFlow, MakesNoOtherPostAgain) {
  serve_listed({unavailable_, done});

  ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 6\r\n\r\nabcdef");

  EXPECT_EQ(received_.size(), 1U);
  EXPECT_EQ(all_failures(), 0U);
}

TEST_F(GrpcRetryFlow, IsNoRefusalAnyMoreWhenTheResponseBreaksOff) {
  const std::string broken =
      "HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\ngrpc-status: 14\r\n"
      "grpc-retry-pushback-ms: -1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n";
  serve_listed({broken, done});

  EXPECT_THAT(ask(call)->from_proxy, HasSubstr("Grpc-Status: 14\r\nGrpc-Message: "));
  EXPECT_EQ(received_.size(), 1U);
}

TEST_F(GrpcRetryFlow, EndsInAStatusWhenNoBackendIsLeft) {
  serve("", {reset});

  const WirePtr client = ask(call);

  EXPECT_THAT(client->from_proxy, StartsWith("HTTP/1.1 200 OK\r\nContent-Type: application/grpc\r\n"));
  EXPECT_THAT(client->from_proxy, HasSubstr("\r\nGrpc-Status: 14\r\n"));
  EXPECT_THAT(client->from_proxy, EndsWith("\r\n\r\n"));
}

}  // namespace
}  // namespace headgate::testing
