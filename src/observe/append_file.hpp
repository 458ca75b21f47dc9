#pragma once

#include <sys/types.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace headgate::observe {

/// One log file, open for appending. Whatever fails on the way, the file never holds two lines glued together.
class AppendFile {
 public:
  AppendFile() = default;
  ~AppendFile() { close(); }
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  /// Opens or creates `path` (mode 0640, missing directories 0750; the umask may take more away). Only a regular file
  /// is accepted: a symbolic link, FIFO or device that somebody planted there is refused. Returns 0 or errno.
  int open(const std::string& path);
  void close() noexcept;
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

  struct Written {
    std::size_t bytes = 0;  ///< of whole lines; a line that went in by half does not count
    int os_error = 0;
  };
  /// `lines` ends in a line feed. A line that the disk took only a part of is taken back.
  Written append(std::string_view lines);

  /// Whether the path still names this file: false after it was renamed or removed.
  [[nodiscard]] bool still_there() const noexcept;

 private:
  void take_back(std::size_t bytes) noexcept;

  int descriptor_ = -1;
  std::string path_;
  bool torn_ = false;   // the file does not end in a line feed
  off_t expected_ = 0;  // size, as long as nobody else appends
};

/// Creates a directory and its parents with mode 0750. Returns 0 or errno.
int create_directories(const std::string& path);

}  // namespace headgate::observe
