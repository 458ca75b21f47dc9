// HTTP/2 to nghttpd, the server of nghttp2: in clear text and over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <optional>
#include <string>
#include <vector>

#include "support/http2_proxy.hpp"
#include "support/prerequisites.hpp"
#include "support/raw_client.hpp"
#include "support/test_certificate.hpp"

namespace headgate::testing {
namespace {

using ::testing::HasSubstr;

/// It serves files, echoes uploads, and ends each response with a trailer. The parameter: over TLS.
class Nghttpd : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    HEADGATE_NEEDS("nghttpd", "h2load");
    const base::PemPair pem = make_certificate({"localhost"});
    write_file(folder_ / "site.pem", pem.certificates);
    write_file(folder_ / "site.key", pem.key);
    std::filesystem::create_directory(folder_.path() / "files");
    write_file(folder_.path() / "files/small", "small file");
    write_file(folder_.path() / "files/large", std::string(3'000'000, 'L'));
    address_ = local_address(listen_on("127.0.0.1:0"));  // free from here on
    start();
  }
  void start() {
    std::vector<std::string> command{"nghttpd",
                                     "-a",
                                     "127.0.0.1",
                                     "-d",
                                     folder_ / "files",
                                     "--echo-upload",
                                     "-m",
                                     "50",
                                     "--trailer",
                                     "x-sum: 42",
                                     address_.substr(address_.rfind(':') + 1)};
    if (GetParam())
      command.insert(command.end(), {folder_ / "site.key", folder_ / "site.pem"});
    else
      command.insert(command.begin() + 1, "--no-tls");
    process_.emplace(command);
    ASSERT_TRUE(wait_until([this] { return accepts_connections(address_) || !process_->running(); }));
    ASSERT_TRUE(process_->running()) << process_->err();
  }
  [[nodiscard]] Config config() const {
    return both_protocols(route_all_to({(GetParam() ? "https://" : "http://") + address_}))
        .with("/upstreams/origin/protocol", "h2")
        .with("/upstreams/origin/tls/verify", false)
        .with("/logging/access", true);
  }

  TemporaryFolder folder_;
  std::string address_;
  std::optional<ChildProcess> process_;
};

TEST_P(Nghttpd, ServesFilesAndTakesUploads) {
  ProxyUnderTest proxy{config()};
  RawClient client{proxy.address()};
  const std::string upload(2'000'000, 'u');

  const Response small = client.get("/small");
  EXPECT_EQ(small.body, "small file");
  EXPECT_THAT(small.field("server"), HasSubstr("nghttpd"));
  EXPECT_EQ(client.get("/large").body.size(), 3'000'000u);
  EXPECT_TRUE(client.post("/echo", upload).body == upload);
  EXPECT_EQ(client.get("/missing").status, 404);
}

TEST_P(Nghttpd, EndsItsResponsesWithTrailers) {
  ProxyUnderTest proxy{config()};
  Http2Client client{proxy.address()};

  const Http2Response response = client.response(client.get("/small"));

  EXPECT_EQ(response.body, "small file");
  EXPECT_EQ(response.trailer("x-sum"), "42");
}

TEST_P(Nghttpd, AnswersManyStreamsWithoutALoss) {
  ProxyUnderTest proxy{config()};

  const Finished finished = run({"h2load", "-n", "3000", "-c", "4", "-m", "50", proxy.url() + "/small"});

  EXPECT_THAT(finished.out, HasSubstr("3000 succeeded, 0 failed")) << finished.out;
}

TEST_P(Nghttpd, IsFoundAgainAfterItsEnd) {
  ProxyUnderTest proxy{config()};
  RawClient client{proxy.address()};
  EXPECT_EQ(client.get("/small").status, 200);

  process_->signal(SIGKILL);
  process_->wait_for_exit();
  EXPECT_EQ(client.get("/small").status, 502);
  start();

  EXPECT_EQ(client.get("/small").body, "small file");
}

INSTANTIATE_TEST_SUITE_P(System, Nghttpd, ::testing::Bool(),
                         [](const auto& given) { return given.param ? "OverTls" : "Plain"; });

}  // namespace
}  // namespace headgate::testing
