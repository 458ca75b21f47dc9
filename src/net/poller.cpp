#include "net/poller.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

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
  for (auto* waiting : {&again_, &served_})
    std::replace(waiting->begin(), waiting->end(), &watcher, static_cast<Watcher*>(nullptr));
}

void Poller::wait(std::chrono::milliseconds timeout) {
  const auto limit = again_.empty() ? timeout : std::chrono::milliseconds{0};
  count_ = ::epoll_wait(fd_, batch_.data(), static_cast<int>(batch_.size()), static_cast<int>(limit.count()));
  ++turn_;
  next_ = 0;
}

void Poller::tell() {
  while (next_ < count_) {
    const epoll_event event = batch_[static_cast<std::size_t>(next_++)];
    // The next one's state is out of the cache as a rule. A watcher that has gone is null, which does no harm.
    if (next_ < count_) __builtin_prefetch(batch_[static_cast<std::size_t>(next_)].data.ptr);
    if (event.data.ptr != nullptr) static_cast<Watcher*>(event.data.ptr)->on_ready(event.events);
  }
  count_ = 0;
  served_.swap(again_);
  for (std::size_t i = 0; i < served_.size(); ++i)
    if (Watcher* watcher = std::exchange(served_[i], nullptr)) watcher->on_ready(EPOLLOUT);
  served_.clear();
}

}  // namespace headgate::net
