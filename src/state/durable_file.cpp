#include "state/durable_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace headgate::state {
namespace {

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_{fd} {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

int write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t taken = ::write(fd, bytes.data(), bytes.size());
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) return taken == 0 ? EIO : errno;
    bytes.remove_prefix(static_cast<std::size_t>(taken));
  }
  return 0;
}

int write_and_sync(const std::string& path, std::string_view bytes) {
  ::unlink(path.c_str());  // left by a process that died; never written through a link that somebody planted
  const Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)};
  if (!file.is_open()) return errno;
  if (const int error = write_all(file.get(), bytes)) return error;
  return ::fsync(file.get()) == 0 ? 0 : errno;
}

/// A rename is durable only once the folder is.
int sync_folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : (slash == 0 ? "/" : path.substr(0, slash));
  const Descriptor descriptor{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!descriptor.is_open()) return errno;
  return ::fsync(descriptor.get()) == 0 ? 0 : errno;
}

}  // namespace

int write_durably(const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  int error = write_and_sync(temporary, bytes);
  if (error == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    return error;
  }
  return sync_folder_of(path);
}

FileRead read_whole(const std::string& path, std::size_t limit) {
  // O_NONBLOCK: a FIFO without a writer must not hold us up.
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)};
  if (!file.is_open()) return {errno, {}};
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return {errno, {}};
  if (!S_ISREG(status.st_mode)) return {EINVAL, {}};
  if (static_cast<std::size_t>(status.st_size) > limit) return {EFBIG, {}};
  FileRead read;
  char block[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(file.get(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return {errno, {}};
    if (got == 0) return read;
    read.bytes.append(block, static_cast<std::size_t>(got));
    if (read.bytes.size() > limit) return {EFBIG, {}};
  }
}

std::string behind_links(const std::string& path) {
  constexpr int most_links = 40;  // as many as the kernel follows
  std::filesystem::path file = path;
  for (int links = 0; links < most_links; ++links) {
    std::error_code no_link;
    const std::filesystem::path target = std::filesystem::read_symlink(file, no_link);
    if (no_link) return file.string();
    file = file.parent_path() / target;  // an absolute target stands alone
  }
  return path;
}

SetAside set_aside(const std::string& path) {
  constexpr int most = 100;
  SetAside aside;
  for (int n = 1; n <= most; ++n) {
    aside.name = path + ".set-aside-" + std::to_string(n);
    struct stat status {};
    if (::lstat(aside.name.c_str(), &status) != 0 && errno == ENOENT) break;
  }
  aside.os_error = ::rename(path.c_str(), aside.name.c_str()) == 0 ? 0 : errno;
  return aside;
}

}  // namespace headgate::state
