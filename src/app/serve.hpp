// Runs the proxy until it is told to stop: the whole of `headgate run`, without the command line.
#pragma once

#include <functional>
#include <string>

#include "app/bound_listeners.hpp"

namespace headgate::app {

struct ServeOptions {
  std::string config_path;  ///< watched for changes
  std::string config_text;  ///< used when config_path is empty: the demo has no file
  std::function<void(const BoundListeners&)> on_ready;
};

/// Blocks until TERM, INT or QUIT has drained the proxy. Returns the exit code: 0 stopped as asked, 1 bad
/// configuration, 3 failed at run time (a port in use, a directory that cannot be made).
int serve(const ServeOptions& options);

}  // namespace headgate::app
