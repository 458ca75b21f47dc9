#include "admin/access.hpp"

#include <gtest/gtest.h>

namespace headgate::admin {
namespace {

const config::Admin with_token{{"0.0.0.0", 9901, ""}, "s3cret"};
const config::Admin without_token{{"admin.example", 9901, ""}, std::nullopt};

Request request() {
  Request made;
  made.method = "POST";
  made.host = "127.0.0.1:9901";
  made.operator_name = "anna";
  made.peer = "192.0.2.1";
  return made;
}

int status(const Request& asked, Access access, const config::Admin& settings) {
  const auto refusal = refuse(asked, access, settings);
  return refusal ? refusal->status : 200;
}

class Authorization : public ::testing::TestWithParam<std::pair<const char*, int>> {};

TEST_P(Authorization, IsCompared) {
  Request asked = request();
  asked.authorization = GetParam().first;

  for (const Access access : {Access::figures, Access::read, Access::change})
    EXPECT_EQ(status(asked, access, with_token), GetParam().second);
}

INSTANTIATE_TEST_SUITE_P(Admin, Authorization,
                         ::testing::Values(std::pair{"Bearer s3cret", 200}, std::pair{"bearer s3cret", 200},
                                           std::pair{"", 401}, std::pair{"Bearer ", 401}, std::pair{"Bearer", 401},
                                           std::pair{"Bearer s3cre", 401}, std::pair{"Bearer s3crets", 401},
                                           std::pair{"Bearer s3cret s3cret", 401}, std::pair{"Basic s3cret", 401},
                                           std::pair{"s3cret", 401}));

TEST(Access, TellsHowToAuthenticate) {
  const auto refusal = refuse(request(), Access::read, with_token);

  EXPECT_EQ(refusal->fields[0].first, "WWW-Authenticate");
}

TEST(Access, IsFreeForProbesOfContainers) {
  Request probe;
  probe.host = "anything.example";

  EXPECT_EQ(status(probe, Access::open, with_token), 200);
  EXPECT_EQ(status(probe, Access::open, without_token), 200);
}

/// DNS that makes a foreign name point to 127.0.0.1 lets a page of that name read what it likes.
TEST(Access, WithoutATokenRefusesNamesThatOthersMayOwn) {
  Request asked = request();
  for (const char* host : {"127.0.0.1:9901", "127.0.0.1", "[::1]:9901", "localhost:9901", "LOCALHOST", "10.0.0.7:9901",
                           "admin.example:9901"}) {
    asked.host = host;
    EXPECT_EQ(status(asked, Access::read, without_token), 200) << host;
  }
  for (const char* host : {"evil.example:9901", "localhost.evil.example", "127.0.0.1.evil.example",
                           "[::1].evil.example", "", "[", "[]", ":"}) {
    asked.host = host;
    EXPECT_EQ(status(asked, Access::read, without_token), 403) << host;
    EXPECT_EQ(status(asked, Access::figures, without_token), 200) << host;
  }
}

/// A browser asks first before it sends such a field to another origin, and is told no.
TEST(Access, WithoutATokenNeedsAFieldThatPagesCannotSendUnasked) {
  Request asked = request();
  asked.operator_name = "";

  EXPECT_EQ(status(asked, Access::change, without_token), 403);
  asked.operator_name = "anna";
  EXPECT_EQ(status(asked, Access::change, without_token), 200);
  asked.operator_name = std::string(65, 'a');
  EXPECT_EQ(status(asked, Access::change, without_token), 403);
  asked.operator_name = "line\nfeed";
  EXPECT_EQ(status(asked, Access::change, without_token), 403);
}

TEST(Access, OverAUnixSocketNeedsNoHost) {
  Request asked = request();
  asked.host = "whatever";

  EXPECT_EQ(status(asked, Access::read, config::Admin{{"", 0, "/run/x.sock"}, {}}), 200);
}

TEST(Operator, IsNamedByTheFieldOrByTheAddress) {
  Request asked = request();
  EXPECT_EQ(operator_of(asked), "anna");

  asked.operator_name = "";
  EXPECT_EQ(operator_of(asked), "at 192.0.2.1");

  asked.peer = "";
  EXPECT_EQ(operator_of(asked), "on the Unix socket");
}

}  // namespace
}  // namespace headgate::admin
