#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/stream.hpp"

namespace headgate::testing {

enum class After : std::uint8_t { keep, close, reset };

struct Reply {
  std::string bytes;
  After after = After::keep;
};

/// A whole response with Content-Length. `fields` are lines that end in CR LF.
Reply reply(int status, std::string_view body = "", std::string_view fields = "");
/// These bytes, whatever they are.
Reply raw_reply(std::string bytes, After after = After::close);

class FakeUpstream;

/// One connection that the fake accepted, for a script to play on.
class UpstreamConnection : public Stream {
 public:
  UpstreamConnection(Socket socket, FakeUpstream& owner, int number);

  /// The next request with its body; recorded. Throws Disconnected when the peer closes instead.
  Request receive();
  /// Only its head; recorded without the body.
  Request receive_head();
  void send(const Reply& answer);
  using Stream::send;
  /// Counts from 0, in the order of accepting.
  [[nodiscard]] int number() const { return number_; }

 private:
  FakeUpstream& owner_;
  int number_;
};

/// An origin server with a thread a connection. Its destructor joins them and fails the test when one of them met
/// what it did not expect: a malformed request, a wait that ran out, an exception of the handler. The peer's closing a
/// connection is no such error.
class FakeUpstream {
 public:
  using Handler = std::function<Reply(const Request&)>;
  using Script = std::function<void(UpstreamConnection&)>;

  /// Called on the connections' threads; a handler is asked for each request, a script plays a whole connection.
  explicit FakeUpstream(Handler handler, const std::string& address = "127.0.0.1:0");
  explicit FakeUpstream(Script script, const std::string& address = "127.0.0.1:0");
  explicit FakeUpstream(Reply always, const std::string& address = "127.0.0.1:0");
  ~FakeUpstream();
  FakeUpstream(const FakeUpstream&) = delete;
  FakeUpstream& operator=(const FakeUpstream&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }
  [[nodiscard]] std::string url() const { return "http://" + address_; }
  /// Connections so far, and those that are still open.
  [[nodiscard]] int accepted() const { return accepted_; }
  [[nodiscard]] int open() const { return open_; }
  [[nodiscard]] std::vector<Request> requests() const;
  [[nodiscard]] std::size_t request_count() const;
  /// The last one; throws when there was none.
  [[nodiscard]] Request last_request() const;
  /// Closes every connection and accepts no more; the port refuses from then on.
  void stop();

 private:
  friend class UpstreamConnection;
  void accept_all();
  void play(UpstreamConnection& connection);
  void record(const Request& request);

  Script script_;
  Socket listener_;
  std::string address_;
  std::atomic<int> accepted_{0};
  std::atomic<int> open_{0};
  std::atomic<bool> stopping_{false};
  mutable std::mutex mutex_;  ///< guards all below
  std::vector<Request> requests_;
  std::vector<std::string> errors_;
  std::vector<std::shared_ptr<UpstreamConnection>> connections_;
  std::vector<std::thread> players_;
  std::thread acceptor_;
};

}  // namespace headgate::testing
