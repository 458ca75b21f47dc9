#pragma once

#include <gtest/gtest.h>
#include <signal.h>

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "support/child_process.hpp"
#include "support/socket.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::testing {

/// HAProxy with one frontend on a free port; `rest` of the configuration stands behind its `bind` line.
class Haproxy {
 public:
  Haproxy(const std::string& bind_options, const std::string& rest) {
    for (int i = 0; i < 5 && !process_; ++i) start(bind_options, rest);
    if (!process_) throw std::runtime_error("haproxy does not start");
  }
  ~Haproxy() {
    process_->signal(SIGTERM);
    process_->wait_for_exit();
  }

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::string url() const { return "http://" + address_; }

 private:
  void start(const std::string& bind_options, const std::string& rest) {
    address_ = local_address(listen_on("127.0.0.1:0"));  // free now; another try if somebody takes it
    write_file(folder_ / "haproxy.cfg",
               "defaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n"
               "  timeout server 30s\nfrontend f\n  bind " +
                   address_ + " " + bind_options + "\n" + rest + "\n");
    auto process =
        std::make_unique<ChildProcess>(std::vector<std::string>{"haproxy", "-db", "-f", folder_ / "haproxy.cfg"});
    const bool up = wait_until([&] { return accepts_connections(address_) || !process->running(); });
    if (up && process->running()) process_ = std::move(process);
  }

  TemporaryFolder folder_;
  std::string address_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace headgate::testing
