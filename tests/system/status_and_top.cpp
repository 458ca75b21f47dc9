#include <gmock/gmock.h>

#include "support/admin_api.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

class StatusTest : public ::testing::Test {
 protected:
  Finished headgate(std::vector<std::string> arguments, std::vector<std::string> environment = {}) {
    arguments.insert(arguments.begin(), HEADGATE_BINARY);
    return run(arguments, {.folder = proxy_.folder(), .environment = std::move(environment)});
  }
  std::string admin_address() { return proxy_.address("admin"); }

  FakeUpstream upstream_{reply(200)};
  Config config_ = with_admin(route_all_to({upstream_.url(), "http://127.0.0.1:1"})).with("/admin/token", "s3cret");
  ProxyUnderTest proxy_{config_};
};

TEST_F(StatusTest, TellsWhyABackendIsOut) {
  RawClient client{proxy_.address()};
  for (int i = 0; i < 20; ++i) client.get("/");

  const Finished status = headgate({"status", "--address", admin_address(), "--token-env", "T"}, {"T=s3cret"});

  EXPECT_EQ(status.exit_code, 0) << status.err;
  EXPECT_THAT(status.out, HasSubstr("origin (round_robin): 1 of 2 backends up\n"));
  EXPECT_THAT(status.out, HasSubstr("OUT: ejected"));
  EXPECT_THAT(status.out, HasSubstr("BACKEND_EJECTED: up -> ejected, by requests: "));
  EXPECT_THAT(status.out, HasSubstr("UPSTREAM_CONNECT_FAILED, Connection refused"));
}

TEST_F(StatusTest, PrintsWhatTheApiSaysAsJson) {
  const Finished status =
      headgate({"status", "--json", "--address", admin_address(), "--token-env", "T"}, {"T=s3cret"});

  const json told = json::parse(status.out);
  EXPECT_EQ(told["status"]["readiness"]["ready"], true);
  EXPECT_TRUE(told["upstreams"][0]["backends"][0].contains("timeline"));
}

TEST_F(StatusTest, FindsAddressAndTokenInTheConfiguration) {
  write_file(proxy_.folder() / "client.json", config_.with("/admin/address", admin_address()).text());

  EXPECT_EQ(headgate({"status", "--config", "client.json"}).exit_code, 0);
}

TEST_F(StatusTest, SaysWhyItCannotAsk) {
  const Finished no_token = headgate({"status", "--address", admin_address()});
  EXPECT_EQ(no_token.exit_code, 3);
  EXPECT_THAT(no_token.err, HasSubstr("a token is needed"));

  EXPECT_EQ(headgate({"status", "--address", "127.0.0.1:1"}).exit_code, 3);
  EXPECT_EQ(headgate({"status", "--address", admin_address(), "--token-env", "NOT_THERE"}).exit_code, 2);
  EXPECT_EQ(headgate({"status", "--config", "config.json"}).exit_code, 1) << "its port is 0";
  EXPECT_EQ(headgate({"status", "--config", "none.json"}).exit_code, 2);
}

TEST_F(StatusTest, TopPrintsOneFrame) {
  const Finished top =
      headgate({"top", "--once", "--interval", "0.2", "--address", admin_address(), "--token-env", "T"}, {"T=s3cret"});

  EXPECT_EQ(top.exit_code, 0) << top.err;
  EXPECT_THAT(top.out, HasSubstr("ROUTE"));
  EXPECT_THAT(top.out, HasSubstr("origin (round_robin)"));
  EXPECT_EQ(top.out.find('\x1b'), std::string::npos) << "no terminal";
}

TEST_F(StatusTest, TopGoesOnUntilItIsStopped) {
  ChildProcess top{{HEADGATE_BINARY, "top", "--interval", "0.1", "--address", admin_address(), "--token-env", "T"},
                   {.environment = {"T=s3cret"}}};
  const auto frames = [&] {
    std::size_t count = 0;
    const std::string out = top.out();
    for (std::size_t at = out.find("ROUTE"); at != std::string::npos; at = out.find("ROUTE", at + 1)) ++count;
    return count;
  };
  ASSERT_TRUE(wait_until([&] { return frames() >= 3; }));

  top.signal(SIGINT);

  EXPECT_EQ(top.wait_for_exit(), 0);
}

}  // namespace
}  // namespace headgate::testing
