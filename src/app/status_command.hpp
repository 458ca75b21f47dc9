// `headgate status` and `headgate top`: what a running proxy tells of itself.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>

namespace headgate::app {

struct StatusOptions {
  std::string config_path;  ///< its admin listener is asked
  std::string address;      ///< instead of config_path, when not empty
  std::string token_env;    ///< environment variable with the token; empty: the configuration's token, if any
  std::chrono::milliseconds timeout{5'000};
  bool json = false;  ///< what the API says, as it is
};

struct TopOptions {
  StatusOptions target;
  std::chrono::milliseconds interval{1'000};
  bool once = false;  ///< one frame, of one interval
};

/// Returns the exit code: 0, 1 when the configuration has mistakes or no admin listener, 2 when no address can be made
/// of the options, 3 when the proxy does not answer.
int status_command(const StatusOptions& options, std::ostream& out, std::ostream& err);
/// Until a signal ends it.
int top_command(const TopOptions& options, std::ostream& out, std::ostream& err);

}  // namespace headgate::app
