#include <gtest/gtest.h>
#include <signal.h>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

/// nginx with its own configuration in a folder of its own, on a free port and on a Unix socket.
class Nginx {
 public:
  Nginx() {
    std::filesystem::create_directory(folder_.path() / "html");
    write_file(folder_.path() / "html/small.txt", "small file\n");
    write_file(folder_.path() / "html/large.bin", std::string(3'000'000, 'L'));
    for (int i = 0; i < 5 && !process_; ++i) start();
    if (!process_) throw std::runtime_error("nginx does not start: " + read_file(folder_ / "error.log"));
  }
  ~Nginx() {
    process_->signal(SIGQUIT);
    EXPECT_EQ(process_->wait_for_exit(), 0);
  }

  [[nodiscard]] std::string url() const { return "http://" + address_; }
  [[nodiscard]] std::string unix_url() const { return "unix:" + (folder_ / "nginx.sock"); }

 private:
  void start() {
    address_ = local_address(listen_on("127.0.0.1:0"));  // free now; another try if somebody takes it
    write_file(folder_ / "nginx.conf", configuration());
    auto process = std::make_unique<ChildProcess>(std::vector<std::string>{
        "nginx", "-e", folder_ / "error.log", "-p", folder_.path().string(), "-c", folder_ / "nginx.conf"});
    const bool up = wait_until([&] { return accepts_connections(address_) || !process->running(); });
    if (up && process->running()) process_ = std::move(process);
  }
  [[nodiscard]] std::string configuration() const {
    return "daemon off; worker_processes 1; master_process off; pid " + (folder_ / "pid") +
           ";\nevents { worker_connections 64; }\nhttp {\n  access_log off; gzip on; gzip_types text/plain; "
           "gzip_min_length 1;\n  client_body_temp_path " +
           (folder_ / "b") + "; proxy_temp_path " + (folder_ / "p") + "; fastcgi_temp_path " + (folder_ / "f") +
           "; uwsgi_temp_path " + (folder_ / "u") + "; scgi_temp_path " + (folder_ / "s") +
           ";\n  server {\n    listen " + address_ + "; listen unix:" + (folder_ / "nginx.sock") + ";\n    root " +
           (folder_ / "html") +
           ";\n    location = /echo { return 200 \"$request_method $http_x_forwarded_for $http_host\"; }\n"
           "    location /short { keepalive_requests 3; return 200 short; }\n  }\n}\n";
  }

  TemporaryFolder folder_;
  std::string address_;
  std::unique_ptr<ChildProcess> process_;
};

class NginxOrigin : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!has_program("nginx")) GTEST_SKIP() << "no nginx";
  }
};

TEST_F(NginxOrigin, ServesFilesThroughTheProxy) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.url()})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.get("/small.txt").body, "small file\n");
  EXPECT_TRUE(client.get("/large.bin").body == std::string(3'000'000, 'L'));
  EXPECT_EQ(client.get("/missing").status, 404);
  EXPECT_EQ(client.get("/small.txt", "Range: bytes=0-4\r\n").body, "small");
  EXPECT_EQ(client.ask("HEAD /large.bin HTTP/1.1\r\nHost: h\r\n\r\n").field("content-length"), "3000000");
  EXPECT_EQ(client.get("/echo").body, "GET 127.0.0.1 test.example");
}

TEST_F(NginxOrigin, RevalidatesAndCompresses) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.url()})};
  RawClient client{proxy.address()};

  const Response plain = client.get("/small.txt");
  const Response again = client.get("/small.txt", "If-None-Match: " + plain.field("etag") + "\r\n");
  const Response compressed = client.get("/small.txt", "Accept-Encoding: gzip\r\n");

  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(compressed.field("content-encoding"), "gzip");
  EXPECT_TRUE(compressed.is_chunked());
  EXPECT_TRUE(compressed.body.starts_with("\x1f\x8b"));
}

TEST_F(NginxOrigin, IsReachedByItsUnixSocket) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.unix_url()})};

  EXPECT_EQ(RawClient{proxy.address()}.get("/small.txt").body, "small file\n");
}

TEST_F(NginxOrigin, MayCloseAfterSomeRequestsWithoutHarm) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.url()})};
  RawClient client{proxy.address()};

  for (int i = 0; i < 50; ++i) ASSERT_EQ(client.get("/short").body, "short");
}

TEST_F(NginxOrigin, RefusesAPostToAFileAndTheConnectionLivesOn) {
  const Nginx nginx;
  ProxyUnderTest proxy{route_all_to({nginx.url()})};
  RawClient client{proxy.address()};

  EXPECT_EQ(client.post("/small.txt", std::string(100'000, 'x')).status, 405);
  EXPECT_EQ(RawClient{proxy.address()}.get("/small.txt").status, 200);
}

}  // namespace
}  // namespace headgate::testing
