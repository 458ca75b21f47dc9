// The calls that move the bytes of a request, without what the C library wraps around them: each is a cancellation
// point there, which costs two locked instructions and more; no thread of ours is ever cancelled. Sanitizers want to
// see them.
#pragma once

#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstddef>

namespace headgate::net {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__clang__)
inline ssize_t receive(int fd, void* space, std::size_t size, int flags) { return ::recv(fd, space, size, flags); }
inline ssize_t send(int fd, const void* bytes, std::size_t size, int flags) { return ::send(fd, bytes, size, flags); }
inline ssize_t send(int fd, const msghdr& message, int flags) { return ::sendmsg(fd, &message, flags); }
#else
/// As recv(2), send(2) and sendmsg(2): the bytes, or -1 and errno.
inline ssize_t receive(int fd, void* space, std::size_t size, int flags) {
  return ::syscall(SYS_recvfrom, fd, space, size, flags, nullptr, nullptr);
}
inline ssize_t send(int fd, const void* bytes, std::size_t size, int flags) {
  return ::syscall(SYS_sendto, fd, bytes, size, flags, nullptr, 0);
}
inline ssize_t send(int fd, const msghdr& message, int flags) { return ::syscall(SYS_sendmsg, fd, &message, flags); }
#endif

}  // namespace headgate::net
