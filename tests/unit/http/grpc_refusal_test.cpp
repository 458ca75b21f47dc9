#include "http/grpc_refusal.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::http {
namespace {

using namespace std::chrono_literals;
using base::GrpcStatus;

ResponseHead response(std::string_view status, std::string_view pushback = {}) {
  ResponseHead head;
  head.status = 200;
  if (!status.empty()) head.fields.push_back({"Grpc-Status", status});
  if (!pushback.empty()) head.fields.push_back({"grpc-retry-pushback-ms", pushback});
  return head;
}

TEST(GrpcRefusal, IsAStatusInTheHead) {
  ASSERT_TRUE(read_grpc_refusal(response("14")));
  EXPECT_EQ(read_grpc_refusal(response("14"))->status, GrpcStatus::unavailable);
  EXPECT_FALSE(read_grpc_refusal(response("")));
  EXPECT_FALSE(read_grpc_refusal(response("0")));
}

TEST(GrpcRefusal, IsNoResponseOfAnotherStatus) {
  ResponseHead head = response("14");
  head.status = 503;

  EXPECT_FALSE(read_grpc_refusal(head));
}

TEST(GrpcRefusal, IsUnknownWithAStatusThatIsNone) {
  for (const char* status : {"17", "-1", "x", "1x", "99999999999999999999"})
    EXPECT_EQ(read_grpc_refusal(response(status))->status, GrpcStatus::unknown) << status;
}

TEST(GrpcRefusal, SaysWhenTheBackendWantsTheCallAgain) {
  EXPECT_EQ(read_grpc_refusal(response("14"))->pushback, std::nullopt);
  EXPECT_EQ(read_grpc_refusal(response("14", "250"))->pushback, 250ms);
  EXPECT_EQ(read_grpc_refusal(response("14", "-1"))->pushback, -1ms);
}

TEST(GrpcRefusal, TakesAPushbackThatCannotBeReadForNever) {
  for (const char* text : {"soon", "1s", "99999999999999999999"})
    EXPECT_LT(*read_grpc_refusal(response("14", text))->pushback, 0ms) << text;
}

}  // namespace
}  // namespace headgate::http
