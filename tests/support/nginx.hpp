#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/child_process.hpp"
#include "support/socket.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::testing {

/// nginx with its own configuration in a folder of its own, on a free port and on a Unix socket.
class Nginx {
 public:
  /// `listen`: further words of its port's `listen`. `more`: further directives; those of TLS with `listen` "ssl".
  explicit Nginx(std::string listen = "", std::string more = "") : listen_{std::move(listen)}, more_{std::move(more)} {
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

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::string url() const { return (listen_ == "ssl" ? "https://" : "http://") + address_; }
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
           ";\n  server {\n    listen " + address_ + " " + listen_ + "; " + more_ +
           " listen unix:" + (folder_ / "nginx.sock") + ";\n    root " + (folder_ / "html") +
           ";\n    location = /load { return 200 nginx; }\n"
           "    location = /echo { return 200 \"$request_method $http_x_forwarded_for $http_host\"; }\n"
           "    location = /tls { return 200 \"$ssl_session_reused $ssl_server_name $ssl_client_verify\"; }\n"
           "    location = /whose { return 200 \"$proxy_protocol_addr $proxy_protocol_server_port\"; }\n"
           "    location /short { keepalive_requests 3; return 200 short; }\n  }\n}\n";
  }

  std::string listen_;
  std::string more_;
  TemporaryFolder folder_;
  std::string address_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace headgate::testing
