// HTTP/2 with real clients: curl, nghttp, h2load; in clear text and over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/http2_proxy.hpp"
#include "support/prerequisites.hpp"
#include "support/test_certificate.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

class Http2Clients : public ::testing::Test {
 protected:
  void SetUp() override {
    HEADGATE_NEEDS("curl", "nghttp", "h2load");
    const base::PemPair pem = make_certificate({"a.test"});
    write_file(folder_ / "site.pem", pem.certificates);
    write_file(folder_ / "site.key", pem.key);
  }
  [[nodiscard]] Config plain() const { return both_protocols(route_all_to(upstream_)); }
  [[nodiscard]] Config encrypted() const {
    return route_all_to(upstream_)
        .with("/listeners/0/tls/certificates/0/certificate", folder_ / "site.pem")
        .with("/listeners/0/tls/certificates/0/key", folder_ / "site.key");
  }
  static Finished curl(const std::vector<std::string>& arguments) {
    std::vector<std::string> command{"curl", "-sSk", "--max-time", "30", "--write-out", " %{http_version}"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(command);
  }

  TemporaryFolder folder_;
  FakeUpstream upstream_{[](const Request& request) { return reply(200, request.method + " " + request.body); }};
};

TEST_F(Http2Clients, CurlSpeaksItByPriorKnowledge) {
  ProxyUnderTest proxy{plain()};

  EXPECT_EQ(curl({"--http2-prior-knowledge", proxy.url() + "/"}).out, "GET  2");
  EXPECT_EQ(curl({proxy.url() + "/"}).out, "GET  1.1");
}

TEST_F(Http2Clients, CurlAgreesOnItInTheHandshake) {
  ProxyUnderTest proxy{encrypted()};
  const std::string url = "https://" + proxy.address() + "/";

  EXPECT_EQ(curl({"--http2", url}).out, "GET  2");
  EXPECT_EQ(curl({"--http1.1", url}).out, "GET  1.1");
}

TEST_F(Http2Clients, CurlUploadsALargeFile) {
  ProxyUnderTest plain_one{plain()};
  ProxyUnderTest encrypted_one{encrypted()};
  const std::string large(5'000'000, 'u');
  write_file(folder_ / "large", large);

  for (const std::string& url : {plain_one.url(), "https://" + encrypted_one.address()}) {
    const Finished finished = curl({url.starts_with("https") ? "--http2" : "--http2-prior-knowledge", "--data-binary",
                                    "@" + (folder_ / "large"), url + "/"});

    EXPECT_EQ(finished.exit_code, 0) << finished.err;
    EXPECT_TRUE(finished.out == "POST " + large + " 2");
  }
}

TEST_F(Http2Clients, CurlSeesTheAnswerToAnUploadThatIsRefused) {
  ProxyUnderTest proxy{plain().with("/limits/body_bytes", "1KiB")};
  write_file(folder_ / "large", std::string(5'000'000, 'u'));

  const Finished finished = curl({"--http2-prior-knowledge", "--write-out", "%{http_code}", "--output", "/dev/null",
                                  "--data-binary", "@" + (folder_ / "large"), proxy.url() + "/"});

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(finished.out, "413");
}

TEST_F(Http2Clients, NghttpLoadsManyAtOnce) {
  ProxyUnderTest proxy{encrypted()};
  std::vector<std::string> command{"nghttp", "-ns", "--no-verify-peer"};
  for (int i = 0; i < 30; ++i) command.push_back("https://" + proxy.address() + "/" + std::to_string(i));

  const Finished finished = run(command);

  EXPECT_EQ(finished.exit_code, 0) << finished.err;
  EXPECT_EQ(upstream_.request_count(), 30u);
}

TEST_F(Http2Clients, H2loadLosesNothing) {
  ProxyUnderTest plain_one{plain()};
  ProxyUnderTest encrypted_one{encrypted()};

  for (const std::string& url : {plain_one.url(), "https://" + encrypted_one.address()}) {
    const Finished finished = run({"h2load", "-n", "2000", "-c", "4", "-m", "32", url + "/"});

    EXPECT_THAT(finished.out, HasSubstr("2000 succeeded, 0 failed"));
  }
}

}  // namespace
}  // namespace headgate::testing
