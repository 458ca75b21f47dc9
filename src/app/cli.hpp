// The command line of the binary.
#pragma once

#include <iosfwd>

namespace headgate::app {

/// Parses, runs the command, returns the exit code (cli_exit_code.hpp). Results go to `out`, all else to `err`.
int run_command_line(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace headgate::app
