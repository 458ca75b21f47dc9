// `headgate demo`: three backends and a proxy in front of them, in one process.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

namespace headgate::app {

struct DemoOptions {
  std::uint16_t port = 8080;  ///< on 127.0.0.1; 0: a free one
  std::string config_out;     ///< the configuration is written to this new file and watched there, to be edited
};

/// Blocks until a signal ends it. Returns the exit code.
int demo(const DemoOptions& options, std::ostream& out, std::ostream& err);

struct DemoBackendOptions {
  std::string listen = "127.0.0.1:9001";
  std::string name = "backend";
};

/// `headgate demo-backend`. Blocks until TERM, INT or QUIT. Returns the exit code.
int demo_backend(const DemoBackendOptions& options, std::ostream& out, std::ostream& err);

}  // namespace headgate::app
