#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "support/child_process.hpp"

namespace headgate::testing {

/// A server of tests/system/peers that takes a port as its last argument, 0 for a free one, and prints it as its first
/// line.
class ScriptOrigin {
 public:
  /// Without the port.
  explicit ScriptOrigin(std::vector<std::string> command) : command_{std::move(command)} { start("0"); }

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + port_; }
  [[nodiscard]] std::string url() const { return "http://" + address(); }
  void signal(int number) const { process_->signal(number); }
  /// After its end, on the same port.
  void restart() { start(port_); }

 private:
  void start(const std::string& port) {
    std::vector<std::string> command = command_;
    command.push_back(port);
    process_ = std::make_unique<ChildProcess>(command);
    const auto named_its_port = [&] { return process_->out().find('\n') != std::string::npos; };
    const bool ended_or_ready =
        wait_until([&] { return named_its_port() || !process_->running(); }, 3 * patience);  // slow on a busy machine
    if (!ended_or_ready || !named_its_port()) throw std::runtime_error("the origin does not start: " + process_->err());
    port_ = process_->out().substr(0, process_->out().find('\n'));
  }

  std::vector<std::string> command_;
  std::unique_ptr<ChildProcess> process_;
  std::string port_;
};

inline std::string peer(const std::string& name) {
  return std::string(HEADGATE_SOURCE_DIR) + "/tests/system/peers/" + name;
}
/// In words, what the scripts with WebSockets lack; empty: nothing.
inline std::string missing_ws() {
  if (!has_program("node")) return "no node";
  static const bool found =
      run({"node", "--input-type=module", "-e", "import '" + peer("ws.mjs") + "'"}).exit_code == 0;
  return found ? "" : "no package ws";
}
/// Debian's own where there is one: wrappers in PATH may take seconds to find theirs.
inline std::string python() { return has_program("/usr/bin/python3") ? "/usr/bin/python3" : "python3"; }

}  // namespace headgate::testing
