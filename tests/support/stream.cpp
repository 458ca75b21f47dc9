#include "support/stream.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

namespace headgate::testing {
namespace {

bool wait_for(int fd, short events, milliseconds deadline) {
  pollfd entry{fd, events, 0};
  const auto end = Clock::now() + deadline;
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    const int ready = ::poll(&entry, 1, static_cast<int>(std::max<milliseconds::rep>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) throw std::runtime_error(std::string("poll: ") + std::strerror(errno));
  }
}

std::string excerpt(std::string_view bytes) {
  return bytes.size() <= 300 ? std::string(bytes) : std::string(bytes.substr(0, 300)) + "...";
}

}  // namespace

Stream::Stream(Socket socket) : socket_{std::move(socket)} {
  ::fcntl(fd(), F_SETFL, ::fcntl(fd(), F_GETFL) | O_NONBLOCK);
  const int on = 1;
  ::setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));  // fails on a Unix socket, which needs none
}

std::size_t Stream::send_some(std::string_view bytes, milliseconds deadline) {
  for (;;) {
    const ssize_t sent = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) throw Disconnected(std::string("send: ") + std::strerror(errno));
    if (!wait_for(fd(), POLLOUT, deadline)) return 0;
  }
}

void Stream::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t sent = send_some(bytes, deadline_);
    if (sent == 0) throw TimedOut("the peer took no byte of " + excerpt(bytes));
    bytes.remove_prefix(sent);
  }
}

void Stream::send_in_pieces(std::string_view bytes, std::size_t piece) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) send(bytes.substr(0, piece));
}

bool Stream::fill(milliseconds deadline) {
  if (ending_ != Ending::open) return false;
  if (!wait_for(fd(), POLLIN, deadline)) throw TimedOut("nothing came; had got: " + excerpt(buffer_));
  char bytes[64 * 1024];
  const ssize_t count = ::recv(fd(), bytes, sizeof(bytes), 0);
  if (count > 0) {
    buffer_.append(bytes, static_cast<std::size_t>(count));
    return true;
  }
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
  ending_ = count == 0 ? Ending::closed : Ending::reset;
  return false;
}

void Stream::throw_ended(const char* what) const {
  throw Disconnected(std::string(ending_ == Ending::reset ? "reset" : "closed") + " in " + what +
                     "; had got: " + excerpt(buffer_));
}

void Stream::need(std::size_t count, const char* what) {
  while (buffer_.size() < count)
    if (!fill(deadline_)) throw_ended(what);
}

std::string Stream::take(std::size_t count) {
  std::string result = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return result;
}

std::string Stream::read_some() {
  while (buffer_.empty() && fill(deadline_)) {
  }
  return take(buffer_.size());
}

std::string Stream::read_exactly(std::size_t count) {
  need(count, "a part of known size");
  return take(count);
}

std::string Stream::read_until_close() {
  while (fill(deadline_)) {
  }
  return take(buffer_.size());
}

std::string Stream::read_until(std::string_view mark) {
  std::size_t at = 0;
  while ((at = buffer_.find(mark)) == std::string::npos)
    if (!fill(deadline_)) throw_ended("bytes that should end in a mark");
  return take(at + mark.size());
}

std::string Stream::read_head() { return read_until("\r\n\r\n"); }

std::string Stream::read_line() {
  std::string line = read_until("\r\n");
  line.resize(line.size() - 2);
  return line;
}

void Stream::read_chunks(Message& message) {
  for (;;) {
    const std::string line = read_line();
    std::size_t size = 0;
    if (std::from_chars(line.data(), line.data() + line.size(), size, 16).ec != std::errc{})
      throw std::runtime_error("bad chunk size: " + line);
    message.chunk_lines.push_back(line);
    if (size == 0) break;
    message.body += read_exactly(size);
    if (read_exactly(2) != "\r\n") throw std::runtime_error("a chunk does not end in CR LF");
  }
  for (std::string line = read_line(); !line.empty(); line = read_line())
    for (auto& field : parse_fields(line + "\r\n")) message.trailers.push_back(std::move(field));
}

void Stream::read_body(Message& message) {
  if (message.is_chunked()) {
    read_chunks(message);
  } else if (message.has("content-length")) {
    message.body = read_exactly(std::stoull(message.field("content-length")));
  }
}

Request Stream::read_request() {
  Request request = parse_request_head(read_head());
  read_body(request);
  return request;
}

std::optional<Request> Stream::next_request() {
  constexpr milliseconds idle = 10min;
  while (buffer_.empty())
    if (!fill(idle)) return std::nullopt;
  return read_request();
}

Response Stream::read_response(bool to_head) {
  Response response = parse_response_head(read_head());
  const bool empty = to_head || response.status < 200 || response.status == 204 || response.status == 304;
  if (empty) return response;
  if (response.is_chunked() || response.has("content-length")) {
    read_body(response);
  } else {
    response.body = read_until_close();
  }
  return response;
}

void Stream::skip(std::uint64_t count, const std::function<void(std::size_t)>& seen) {
  while (count > 0) {
    if (buffer_.empty() && !fill(deadline_)) throw_ended("a part to skip");
    const std::size_t now = std::min<std::uint64_t>(count, buffer_.size());
    buffer_.erase(0, now);
    count -= now;
    if (seen) seen(now);
  }
}

bool Stream::closes(milliseconds deadline) {
  const auto end = Clock::now() + deadline;
  try {
    while (fill(std::max(std::chrono::ceil<milliseconds>(end - Clock::now()), 0ms))) {
    }
  } catch (const TimedOut&) {
    return false;
  }
  return true;
}

bool Stream::is_silent_for(milliseconds time) { return buffer_.empty() && !wait_for(fd(), POLLIN, time); }

void Stream::half_close() { ::shutdown(fd(), SHUT_WR); }

void Stream::close() {
  const std::lock_guard lock{closing_};
  socket_.close();
}

void Stream::reset() {
  const std::lock_guard lock{closing_};
  socket_.reset();
}

void Stream::interrupt() {
  const std::lock_guard lock{closing_};
  if (socket_.is_open()) ::shutdown(fd(), SHUT_RDWR);
}

}  // namespace headgate::testing
