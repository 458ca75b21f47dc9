#include "http/grpc.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace headgate::http {
namespace {

using enum base::GrpcStatus;
using base::GrpcStatus;

RequestHead post(std::string_view content_type) {
  RequestHead request;
  request.method = Method::post;
  request.fields.push_back({"content-type", content_type, FieldId::content_type});
  return request;
}

TEST(Grpc, IsKnownByItsContentType) {
  for (const char* type : {"application/grpc", "application/grpc+proto", "application/grpc;charset=x",
                           "Application/GRPC", "application/grpc ;x=y"})
    EXPECT_TRUE(is_grpc(post(type))) << type;
  for (const char* type : {"", "application/grp", "application/grpc-web", "application/grpc-web+proto",
                           "application/grpcx", "application/json"})
    EXPECT_FALSE(is_grpc(post(type))) << type;
}

TEST(Grpc, IsOnlyEverAPost) {
  RequestHead get = post("application/grpc");
  get.method = Method::get;

  EXPECT_FALSE(is_grpc(get));
  EXPECT_FALSE(is_grpc(RequestHead{}));
}

TEST(Grpc, HasAStatusForEachCauseThatEndsARequest) {
  const std::pair<Cause, GrpcStatus> table[]{
      {Cause::client_bad_field, internal},
      {Cause::client_bad_version, unknown},
      {Cause::client_body_timeout, deadline_exceeded},
      {Cause::client_body_too_large, resource_exhausted},
      {Cause::client_head_too_large, resource_exhausted},
      {Cause::client_target_too_long, resource_exhausted},
      {Cause::upgrade_refused, permission_denied},
      {Cause::no_route, unimplemented},
      {Cause::method_not_allowed, unimplemented},
      {Cause::no_healthy_backend, unavailable},
      {Cause::queue_full, unavailable},
      {Cause::upstream_connect_failed, unavailable},
      {Cause::upstream_reset, unavailable},
      {Cause::internal, internal},
  };
  for (const auto& [cause, status] : table) EXPECT_EQ(grpc_status_of(info(cause)), status) << to_string(cause);
}

TEST(Grpc, InvitesNobodyToCallAgainWhatMayHaveBeenDone) {
  EXPECT_EQ(grpc_status_of(info(Cause::upstream_connect_timeout)), unavailable);
  EXPECT_EQ(grpc_status_of(info(Cause::upstream_first_byte_timeout)), deadline_exceeded);
  EXPECT_EQ(grpc_status_of(info(Cause::upstream_try_timeout)), deadline_exceeded);
}

TEST(Grpc, StatusesStandForThoseOfHttp) {
  const std::pair<GrpcStatus, int> table[]{
      {ok, 200},       {cancelled, 499},   {deadline_exceeded, 504}, {resource_exhausted, 429}, {unimplemented, 501},
      {internal, 500}, {unavailable, 503}, {unauthenticated, 401}};
  for (const auto& [status, http] : table) EXPECT_EQ(http_status_of(status), http) << base::name_of(status);
}

TEST(Grpc, MessagesArePercentEncoded) {
  std::string out;

  append_grpc_message(out, "50% \xc3\xa9\r\n~ done");

  EXPECT_EQ(out, "50%25 %C3%A9%0D%0A~ done");
}

}  // namespace
}  // namespace headgate::http
