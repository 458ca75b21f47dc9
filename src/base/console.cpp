#include "base/console.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace headgate::base {
namespace {

/// What a pipe that poll(2) calls writable takes without blocking: a page (pipe(7), PIPE_BUF). The descriptor cannot be
/// made non-blocking, as others share its description.
constexpr std::size_t taken_at_once = 4096;

}  // namespace

bool write_at_once(int fd, std::string_view text) {
  while (!text.empty()) {
    pollfd waiting{fd, POLLOUT, 0};
    if (::poll(&waiting, 1, 0) != 1 || (waiting.revents & POLLOUT) == 0) return false;
    const ssize_t written = ::write(fd, text.data(), std::min(text.size(), taken_at_once));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace headgate::base
