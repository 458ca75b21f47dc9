#include "upstream/endpoint_state.hpp"

#include <gtest/gtest.h>

namespace headgate::upstream {
namespace {

TEST(EndpointState, IsNamedByItsAddress) {
  EXPECT_EQ((EndpointState{"web", {"app", 9000, ""}}.name), "app:9000");
  EXPECT_EQ((EndpointState{"web", {"", 0, "/run/app.sock"}}.name), "unix:/run/app.sock");
}

TEST(EndpointState, ItsHostFieldLeavesOutTheDefaultPort) {
  EXPECT_EQ(host_of({"app", 80, ""}), "app");
  EXPECT_EQ(host_of({"::1", 80, ""}), "[::1]");
  EXPECT_EQ(host_of({"app", 8080, ""}), "app:8080");
  EXPECT_EQ(host_of({"", 0, "/run/app.sock"}), "localhost");
}

}  // namespace
}  // namespace headgate::upstream
