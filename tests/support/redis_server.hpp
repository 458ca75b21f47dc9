#pragma once

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::testing {

/// A redis-server of the test's own, without persistence, on a free port and a Unix socket in a temporary folder.
class RedisServer {
 public:
  /// `options`: more of its command line, such as {"--requirepass", "secret"}.
  explicit RedisServer(std::vector<std::string> options = {});

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::string url(const std::string& credentials = "") const {
    return "redis://" + credentials + address();
  }
  [[nodiscard]] std::string socket() const { return folder_ / "redis.sock"; }
  [[nodiscard]] int port() const { return port_; }

  void kill();
  /// On the same port, empty.
  void start();
  void pause() const { process_->signal(SIGSTOP); }
  void resume() const { process_->signal(SIGCONT); }

  /// What redis-cli prints for a command.
  std::string ask(const std::vector<std::string>& command) const;

 private:
  bool try_to_start();

  TemporaryFolder folder_;
  std::vector<std::string> options_;
  int port_ = 0;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace headgate::testing
