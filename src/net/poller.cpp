#include "net/poller.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace headgate::net {

Poller::Poller() : fd_{::epoll_create1(EPOLL_CLOEXEC)} {
  if (fd_ < 0) throw std::system_error{errno, std::generic_category(), "epoll_create1"};
}

Poller::~Poller() { ::close(fd_); }

void Poller::add(int fd, Watcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watcher;
  if (::epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) != 0)
    throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
}

void Poller::add_listener(int fd, Watcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &watcher;
  if (::epoll_ctl(fd_, EPOLL_CTL_ADD, fd, &event) != 0)
    throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
}

void Poller::remove(int fd, Watcher& watcher, bool closing) {
  if (!closing) {
    epoll_event unused{};
    ::epoll_ctl(fd_, EPOLL_CTL_DEL, fd, &unused);
  }
  // It may have an event further on in the batch; nobody is there to be told any more.
  for (int i = next_; i < count_; ++i)
    if (batch_[static_cast<std::size_t>(i)].data.ptr == &watcher)
      batch_[static_cast<std::size_t>(i)].data.ptr = nullptr;
}

void Poller::wait(std::chrono::milliseconds timeout) {
  count_ = ::epoll_wait(fd_, batch_.data(), static_cast<int>(batch_.size()), static_cast<int>(timeout.count()));
  next_ = 0;
}

void Poller::tell() {
  while (next_ < count_) {
    const epoll_event event = batch_[static_cast<std::size_t>(next_++)];
    // The next one's state is out of the cache as a rule; an address past the batch, or a watcher gone, does no harm.
    if (next_ < count_) __builtin_prefetch(batch_[static_cast<std::size_t>(next_)].data.ptr);
    if (event.data.ptr != nullptr) static_cast<Watcher*>(event.data.ptr)->on_ready(event.events);
  }
  count_ = 0;
}

}  // namespace headgate::net
