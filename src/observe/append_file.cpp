#include "observe/append_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace headgate::observe {

int create_directories(const std::string& path) {
  for (std::size_t end = path.find('/', 1); !path.empty(); end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    if (::mkdir(part.c_str(), 0750) != 0) {
      const int os_error = errno == EEXIST ? ENOTDIR : errno;  // EROFS comes even when the directory exists
      struct stat status {};
      if (::stat(part.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return os_error;
    }
    if (end == std::string::npos) break;
  }
  return 0;
}

int AppendFile::open(const std::string& path) {
  close();
  // O_NONBLOCK: a FIFO without a reader must not hold the log thread. O_RDWR: to see how the file ends.
  const int flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
  const int descriptor = ::open(path.c_str(), flags, 0640);
  if (descriptor < 0) return errno;
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(descriptor);
    return EINVAL;
  }
  descriptor_ = descriptor;
  path_ = path;
  expected_ = status.st_size;
  char last = '\n';
  if (expected_ > 0 && ::pread(descriptor_, &last, 1, expected_ - 1) != 1) last = '\0';
  torn_ = last != '\n';  // a process that was killed, or a full disk
  return 0;
}

void AppendFile::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

AppendFile::Written AppendFile::append(std::string_view lines) {
  Written written;
  if (torn_) {
    if (::write(descriptor_, "\n", 1) != 1) return {0, errno};
    torn_ = false;
    expected_ += 1;
  }
  while (written.bytes < lines.size()) {
    const ssize_t taken = ::write(descriptor_, lines.data() + written.bytes, lines.size() - written.bytes);
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) {
      written.os_error = taken == 0 ? EIO : errno;
      break;
    }
    written.bytes += static_cast<std::size_t>(taken);
    expected_ += taken;
  }
  if (written.os_error == 0) return written;
  const std::size_t last_feed = lines.substr(0, written.bytes).rfind('\n');
  const std::size_t whole = last_feed == std::string_view::npos ? 0 : last_feed + 1;
  if (whole < written.bytes) take_back(written.bytes - whole);
  written.bytes = whole;
  return written;
}

void AppendFile::take_back(std::size_t bytes) noexcept {
  struct stat status {};
  const auto size = expected_ - static_cast<off_t>(bytes);
  // Another process may append to the same file (an old and a new binary during a hand-over): never cut its lines.
  const bool ours = ::fstat(descriptor_, &status) == 0 && status.st_size == expected_;
  if (ours && ::ftruncate(descriptor_, size) == 0) {
    expected_ = size;
  } else {
    torn_ = true;
  }
}

bool AppendFile::still_there() const noexcept {
  struct stat open_file {};
  struct stat named {};
  if (::fstat(descriptor_, &open_file) != 0 || ::lstat(path_.c_str(), &named) != 0) return false;
  return open_file.st_ino == named.st_ino && open_file.st_dev == named.st_dev;
}

}  // namespace headgate::observe
