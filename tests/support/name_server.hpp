#pragma once

#include <signal.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "support/child_process.hpp"
#include "support/socket.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::testing {

/// A real name server for the names that end in ".test": dnsmasq on a free port of 127.0.0.1.
class NameServer {
 public:
  /// `hosts`: lines "address name". `ttl`: seconds.
  explicit NameServer(std::string_view hosts, int ttl = 0) {
    write_file(folder_ / "hosts", hosts);
    // Another test may take the port before it does.
    for (int tries = 0; tries < 10; ++tries)
      if (start(ttl)) return;
    throw std::runtime_error("dnsmasq does not start: " + process_->err());
  }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + port_; }
  void set(std::string_view hosts) const {
    write_file(folder_ / "hosts", hosts);
    process_->signal(SIGHUP);
  }
  void pause() const { process_->signal(SIGSTOP); }
  void go_on() const { process_->signal(SIGCONT); }

 private:
  bool start(int ttl) {
    port_ = free_port();
    process_.emplace(std::vector<std::string>{
        "dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--log-facility=-",
        "--pid-file=", "--user=", "--listen-address=127.0.0.1", "--bind-interfaces", "--port=" + port_,
        "--local=/test/", "--local-ttl=" + std::to_string(ttl), "--addn-hosts=" + (folder_ / "hosts")});
    (void)wait_until([&] { return !process_->running() || process_->err().find("started") != std::string::npos; });
    return process_->running();
  }
  /// Free for TCP, and so for UDP, as good as always.
  static std::string free_port() {
    const Socket probe = listen_on("127.0.0.1:0");
    return local_address(probe).substr(sizeof "127.0.0.1");
  }

  TemporaryFolder folder_;
  std::string port_;
  std::optional<ChildProcess> process_;
};

}  // namespace headgate::testing
