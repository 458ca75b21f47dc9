#pragma once

#include <cstddef>
#include <string>

namespace headgate::config {

struct FileText {
  std::string text;
  std::string problem;  ///< in words; empty when the file was read
  int os_error = 0;     ///< errno of what failed, if anything did
};

/// Reads a regular file of at most `limit` bytes. Never blocks on a pipe or device.
FileText read_file(const std::string& path, std::size_t limit);

}  // namespace headgate::config
