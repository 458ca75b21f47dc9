// Exit codes of every command. docs/command-line.md and --help list them.
#pragma once

namespace headgate::app {

inline constexpr int exit_ok = 0;
inline constexpr int exit_refused = 1;  ///< the configuration has mistakes; healthcheck: not healthy
inline constexpr int exit_usage = 2;    ///< a mistake on the command line, or a file that it names cannot be read
inline constexpr int exit_failed = 3;   ///< at run time: an address is in use, a system call failed

}  // namespace headgate::app
