#include "support/fake_upstream.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace headgate::testing {
namespace {

FakeUpstream::Script answer_each(FakeUpstream::Handler handler) {
  return [handler = std::move(handler)](UpstreamConnection& connection) {
    for (;;) {
      const Reply answer = handler(connection.receive());
      connection.send(answer);
      if (answer.after == After::close) return connection.close();
      if (answer.after == After::reset) return connection.reset();
    }
  };
}

}  // namespace

Reply reply(int status, std::string_view body, std::string_view fields) {
  Reply result;
  result.bytes = "HTTP/1.1 " + std::to_string(status) + " Some Reason\r\n" + std::string(fields);
  if (status >= 200 && status != 204 && status != 304)
    result.bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  result.bytes += "\r\n";
  result.bytes += body;
  return result;
}

Reply raw_reply(std::string bytes, After after) { return {std::move(bytes), after}; }

UpstreamConnection::UpstreamConnection(Socket socket, FakeUpstream& owner, int number)
    : Stream{std::move(socket)}, owner_{owner}, number_{number} {}

Request UpstreamConnection::receive() {
  auto request = next_request();
  if (!request) throw Disconnected("closed before another request");
  owner_.record(*request);
  return *std::move(request);
}

Request UpstreamConnection::receive_head() {
  Request request = parse_request_head(read_head());
  owner_.record(request);
  return request;
}

void UpstreamConnection::send(const Reply& answer) { Stream::send(answer.bytes); }

FakeUpstream::FakeUpstream(Handler handler, const std::string& address)
    : FakeUpstream{answer_each(std::move(handler)), address} {}

FakeUpstream::FakeUpstream(Reply always, const std::string& address)
    : FakeUpstream{Handler{[always = std::move(always)](const Request&) { return always; }}, address} {}

FakeUpstream::FakeUpstream(Script script, const std::string& address)
    : script_{std::move(script)}, listener_{listen_on(address)}, address_{local_address(listener_)} {
  acceptor_ = std::thread{[this] { accept_all(); }};
}

FakeUpstream::~FakeUpstream() {
  stop();
  for (const std::string& error : errors_) ADD_FAILURE() << "the fake upstream " << address_ << " met: " << error;
}

void FakeUpstream::stop() {
  if (stopping_.exchange(true)) return;
  ::shutdown(listener_.fd(), SHUT_RDWR);  // ends accept()
  acceptor_.join();
  listener_.close();
  {
    const std::lock_guard lock{mutex_};
    for (const auto& connection : connections_) connection->interrupt();
  }
  for (std::thread& player : players_) player.join();
  if (address_.starts_with("unix:")) ::unlink(address_.c_str() + 5);
}

void FakeUpstream::accept_all() {
  for (;;) {
    Socket socket{::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)};
    if (!socket.is_open()) {
      if (stopping_) return;
      continue;
    }
    const std::lock_guard lock{mutex_};
    auto connection = std::make_shared<UpstreamConnection>(std::move(socket), *this, accepted_);
    connections_.push_back(connection);
    ++open_;
    ++accepted_;
    players_.emplace_back([this, connection] { play(*connection); });
  }
}

void FakeUpstream::play(UpstreamConnection& connection) {
  std::string error;
  try {
    script_(connection);
  } catch (const Disconnected&) {
  } catch (const std::exception& caught) {
    error = caught.what();
  }
  connection.close();
  --open_;
  if (error.empty() || stopping_) return;
  const std::lock_guard lock{mutex_};
  errors_.push_back(std::move(error));
}

void FakeUpstream::record(const Request& request) {
  const std::lock_guard lock{mutex_};
  requests_.push_back(request);
}

std::vector<Request> FakeUpstream::requests() const {
  const std::lock_guard lock{mutex_};
  return requests_;
}

std::size_t FakeUpstream::request_count() const {
  const std::lock_guard lock{mutex_};
  return requests_.size();
}

Request FakeUpstream::last_request() const {
  const std::lock_guard lock{mutex_};
  return requests_.at(requests_.size() - 1);
}

}  // namespace headgate::testing
