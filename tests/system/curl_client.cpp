#include <gtest/gtest.h>

#include "support/prerequisites.hpp"
#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

class Curl : public ::testing::Test {
 protected:
  void SetUp() override { HEADGATE_NEEDS("curl"); }
  static Finished curl(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"curl", "--silent", "--show-error", "--max-time", "60"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command);
  }
  static Reply echo(const Request& request) { return reply(200, request.method + " " + request.body); }
};

TEST_F(Curl, Gets) {
  FakeUpstream upstream{reply(200, "hello curl")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Finished finished = curl({"--fail", proxy.url() + "/some?path"});

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(finished.out, "hello curl");
  EXPECT_EQ(upstream.last_request().target, "/some?path");
}

TEST_F(Curl, ReusesItsConnection) {
  FakeUpstream upstream{reply(200, "x")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Finished finished = curl({"--write-out", "%{num_connects}", proxy.url() + "/[1-5]"});

  EXPECT_EQ(finished.out, "x1x0x0x0x0") << finished.err;
}

TEST_F(Curl, UploadsAFileExpectingContinue) {
  FakeUpstream upstream{echo};
  ProxyUnderTest proxy{route_all_to(upstream)};
  const std::string body(5'000'000, 'u');
  write_file(proxy.folder() / "upload", body);

  const Finished finished = curl({"--upload-file", (proxy.folder() / "upload").string(), "--expect100-timeout", "1",
                                  "--output", (proxy.folder() / "echo").string(), proxy.url() + "/up"});

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_TRUE(read_file(proxy.folder() / "echo") == "PUT " + body);
}

TEST_F(Curl, UploadsInChunks) {
  FakeUpstream upstream{echo};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Finished finished =
      curl({"--header", "Transfer-Encoding: chunked", "--data-binary", std::string(50'000, 'c'), proxy.url()});

  EXPECT_EQ(finished.out, "POST " + std::string(50'000, 'c')) << finished.err;
  EXPECT_TRUE(upstream.last_request().is_chunked());
}

TEST_F(Curl, SpeaksHttp10) {
  FakeUpstream upstream{reply(200, "old and well")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  EXPECT_EQ(curl({"--http1.0", proxy.url()}).out, "old and well");
}

TEST_F(Curl, SeesHeadAndStatus) {
  FakeUpstream upstream{reply(404, "", "X-Seen: yes\r\n")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  const Finished finished = curl({"--head", proxy.url()});

  EXPECT_TRUE(finished.out.starts_with("HTTP/1.1 404")) << finished.out;
  EXPECT_NE(finished.out.find("X-Seen: yes"), std::string::npos);
}

TEST_F(Curl, SpeaksToAUnixSocket) {
  FakeUpstream upstream{reply(200, "through a file")};
  const TemporaryFolder folder;
  ProxyUnderTest proxy{route_all_to(upstream).with("/listeners/0/address", "unix:" + (folder / "s"))};

  EXPECT_EQ(curl({"--unix-socket", folder / "s", "http://any.example/"}).out, "through a file");
}

TEST_F(Curl, FollowsARedirect) {
  FakeUpstream upstream{reply(200, "arrived")};
  ProxyUnderTest proxy{
      route_all_to(upstream)
          .with("/routes/1", Value::of_json(R"({"match": {"path": "/old"}, "redirect": {"status": 302}})"))
          .with("/routes/1/redirect/location", "/new${query}")};

  EXPECT_EQ(curl({"--location", proxy.url() + "/old?a=b"}).out, "arrived");
  EXPECT_EQ(upstream.last_request().target, "/new?a=b");
}

}  // namespace
}  // namespace headgate::testing
