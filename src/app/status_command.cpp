#include "app/status_command.hpp"

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cctype>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "app/admin_client.hpp"
#include "app/cli_exit_code.hpp"
#include "app/healthcheck.hpp"
#include "app/status_text.hpp"
#include "app/top_frame.hpp"
#include "base/percent.hpp"
#include "config/address.hpp"
#include "config/load.hpp"

namespace headgate::app {
namespace {

namespace asio = boost::asio;
using Json = nlohmann::ordered_json;

/// Why there is nobody to ask, and how to end then.
struct NoTarget : std::runtime_error {
  NoTarget(const std::string& why, int code) : std::runtime_error{why}, exit_code{code} {}
  int exit_code;
};

AdminTarget target_at(const std::string& address) {
  const auto parsed = config::parse_listen_address(address);
  if (!parsed.value) throw NoTarget{address + ": " + parsed.problem, exit_usage};
  return {reachable(*parsed.value), {}};
}

AdminTarget target_in(const std::string& path) {
  // A bad certificate is what somebody may be looking for, and a key may be for the daemon alone to read.
  const config::Loaded loaded = config::load_file(path, config::TlsFiles::leave);
  if (!loaded.settings)
    throw NoTarget{to_string(path, loaded.diagnostics.front()), loaded.unreadable ? exit_usage : exit_refused};
  const auto& admin = loaded.settings->admin;
  if (!admin) throw NoTarget{path + " has no \"admin\"; say where to ask with --address", exit_refused};
  if (!admin->address.is_unix() && admin->address.port == 0)
    throw NoTarget{"the admin listener of " + path + " takes any free port; say which with --address", exit_refused};
  return {reachable(admin->address), admin->token};
}

AdminTarget target_of(const StatusOptions& options) {
  AdminTarget target = options.address.empty() ? target_in(options.config_path) : target_at(options.address);
  if (options.token_env.empty()) return target;
  const char* const token = std::getenv(options.token_env.c_str());
  if (token == nullptr) throw NoTarget{"the environment has no " + options.token_env, exit_usage};
  target.token = token;
  return target;
}

/// Runs a command that asks a proxy; what goes wrong becomes a message and an exit code.
int guarded(std::ostream& err, const std::function<void()>& command) try {
  command();
  return exit_ok;
} catch (const NoTarget& none) {
  err << "headgate: " << none.what() << "\n";
  return none.exit_code;
} catch (const std::exception& failure) {
  err << "headgate: " << failure.what() << "\n";
  return exit_failed;
}

std::string escaped_segment(const std::string& name) {
  std::string out;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '.' || c == '_')
      out += c;
    else
      base::append_triplet(out, byte);
  }
  return out;
}

Json ask_json(const AdminTarget& target, const std::string& path, std::chrono::milliseconds timeout) {
  return Json::parse(ask_admin(target, path, timeout));
}

/// With timelines.
Json upstreams_of(const AdminTarget& target, std::chrono::milliseconds timeout) {
  Json all = Json::array();
  const Json names = ask_json(target, "/api/v1/upstreams", timeout);
  for (const Json& upstream : names.at("upstreams"))
    all.push_back(
        ask_json(target, "/api/v1/upstreams/" + escaped_segment(upstream.at("name").get<std::string>()), timeout));
  return all;
}

Look look(const AdminTarget& target, std::chrono::milliseconds timeout) {
  return {ask_json(target, "/api/v1/status", timeout), ask_json(target, "/api/v1/upstreams", timeout).at("upstreams"),
          std::chrono::steady_clock::now()};
}

/// Frames one over the other in a terminal, one below the other elsewhere.
class Screen {
 public:
  explicit Screen(std::ostream& out) : out_{out}, over_{&out == &std::cout && ::isatty(STDOUT_FILENO) == 1} {
    if (over_) out_ << "\x1b[?1049h";  // the terminal's second screen
  }
  ~Screen() {
    if (over_) out_ << "\x1b[?1049l" << std::flush;
  }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  void show(const std::string& frame) {
    if (over_) out_ << "\x1b[H\x1b[J";
    out_ << frame << (over_ ? "" : "\n") << std::flush;
  }

 private:
  std::ostream& out_;
  bool over_;
};

void run_top(const TopOptions& options, std::ostream& out) {
  const AdminTarget target = target_of(options.target);
  asio::io_context context{1};
  asio::signal_set signals{context, SIGINT, SIGTERM};
  signals.async_wait([&](boost::system::error_code, int) { context.stop(); });
  asio::steady_timer timer{context};
  Look before = look(target, options.target.timeout);
  Screen screen{out};
  const std::function<void()> next = [&] {
    timer.expires_after(options.interval);
    timer.async_wait([&](boost::system::error_code) {
      try {
        Look now = look(target, options.target.timeout);
        screen.show(top_frame(before, now));
        before = std::move(now);
      } catch (const std::runtime_error& failure) {
        if (options.once) throw;
        screen.show(std::string{failure.what()} + "\n");  // it may be restarting
      }
      if (options.once) return context.stop();
      next();
    });
  };
  next();
  context.run();
}

}  // namespace

int status_command(const StatusOptions& options, std::ostream& out, std::ostream& err) {
  return guarded(err, [&] {
    const AdminTarget target = target_of(options);
    const Json status = ask_json(target, "/api/v1/status", options.timeout);
    const Json upstreams = upstreams_of(target, options.timeout);
    if (options.json)
      out << Json{{"status", status}, {"upstreams", upstreams}}.dump(2) << "\n";
    else
      out << status_text(status, upstreams);
  });
}

int top_command(const TopOptions& options, std::ostream& out, std::ostream& err) {
  return guarded(err, [&] { run_top(options, out); });
}

}  // namespace headgate::app
