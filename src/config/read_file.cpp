#include "config/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace headgate::config {
namespace {

FileText failed(int error) { return {{}, std::generic_category().message(error), error}; }

FileText read_open(int fd, std::size_t limit) {
  struct stat status {};
  if (fstat(fd, &status) != 0) return failed(errno);
  if (S_ISDIR(status.st_mode)) return {{}, "it is a directory"};
  if (!S_ISREG(status.st_mode)) return {{}, "it is not a regular file"};
  FileText out;
  for (;;) {
    char chunk[16 * 1024];
    const ssize_t got = read(fd, chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(errno);
    if (got == 0) return out;
    out.text.append(chunk, static_cast<std::size_t>(got));
    if (out.text.size() > limit) return {{}, "it is larger than " + std::to_string(limit) + " bytes"};
  }
}

}  // namespace

FileText read_file(const std::string& path, std::size_t limit) {
  if (path.find('\0') != std::string::npos) return {{}, "the path holds a NUL byte"};
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return failed(errno);
  FileText out = read_open(fd, limit);
  close(fd);
  return out;
}

}  // namespace headgate::config
