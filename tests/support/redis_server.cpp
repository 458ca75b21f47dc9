#include "support/redis_server.hpp"

#include <csignal>
#include <stdexcept>
#include <utility>

#include "support/socket.hpp"
#include "support/waiting.hpp"

namespace headgate::testing {
namespace {

/// Free now; somebody else may take it before the server does.
int free_port() {
  const std::string address = local_address(listen_on("127.0.0.1:0"));
  return std::stoi(address.substr(address.rfind(':') + 1));
}

}  // namespace

RedisServer::RedisServer(std::vector<std::string> options) : options_{std::move(options)} {
  for (int attempt = 0; attempt < 5; ++attempt) {
    port_ = free_port();
    if (try_to_start()) return;
  }
  throw std::runtime_error("redis-server does not start: " + process_->out());
}

bool RedisServer::try_to_start() {
  std::vector<std::string> command{"redis-server", "--port",      std::to_string(port_),
                                   "--bind",       "127.0.0.1",   "--unixsocket",
                                   socket(),       "--save",      "",
                                   "--dir",        folder_.path()};
  command.insert(command.end(), options_.begin(), options_.end());
  process_ = std::make_unique<ChildProcess>(command);
  const auto ready = [this] { return process_->out().find("Ready to accept connections") != std::string::npos; };
  return wait_until([&] { return ready() || !process_->running(); }) && ready();
}

void RedisServer::start() {
  if (!try_to_start()) throw std::runtime_error("redis-server does not start again: " + process_->out());
}

void RedisServer::kill() {
  process_->signal(SIGKILL);
  process_->wait_for_exit();
}

std::string RedisServer::ask(const std::vector<std::string>& command) const {
  std::vector<std::string> words{"redis-cli", "-p", std::to_string(port_)};
  words.insert(words.end(), command.begin(), command.end());
  std::string out = run(words).out;
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

}  // namespace headgate::testing
