#include "state/redis_connection.hpp"

#include <hiredis/async.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "state/hiredis_reply.hpp"

namespace headgate::state {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

redisAsyncContext* open(const Endpoint& server) {
  return server.is_unix() ? redisAsyncConnectUnix(server.unix_path.c_str())
                          : redisAsyncConnect(server.host.c_str(), server.port);
}

}  // namespace

/// Shared with the waits of Asio, which may end after the connection is gone.
class RedisConnection::Link : public std::enable_shared_from_this<Link> {
 public:
  Link(asio::io_context& context, std::chrono::milliseconds timeout, Events events)
      : context_{context}, descriptor_{context}, deadline_{context}, timeout_{timeout}, events_{std::move(events)} {}

  void connect(const Endpoint& server) {
    hiredis_ = open(server);
    if (hiredis_ == nullptr) return end("out of memory");
    hiredis_->ev.data = this;
    hiredis_->ev.cleanup = [](void* self) { static_cast<Link*>(self)->forget(); };
    if (hiredis_->err != 0) return end(hiredis_->errstr);
    boost::system::error_code failed;
    descriptor_.assign(hiredis_->c.fd, failed);
    if (failed) return end(failed.message());
    bound_arrays(*hiredis_->c.reader);
    watch();
    arm(steady_clock::now() + timeout_);
  }

  void send(const RedisCommand& command, OnReply on_reply) {
    if (ended_) return;
    std::vector<const char*> words;
    std::vector<std::size_t> sizes;
    for (const std::string& word : command) {
      words.push_back(word.data());
      sizes.push_back(word.size());
    }
    const auto now = steady_clock::now();
    if (pending_.empty()) arm(now + timeout_);
    pending_.push_back({std::move(on_reply), now});
    redisAsyncCommandArgv(
        hiredis_, [](redisAsyncContext* of, void* reply, void*) { answered(of, static_cast<redisReply*>(reply)); },
        nullptr, static_cast<int>(words.size()), words.data(), sizes.data());
  }

  /// Nobody is told.
  void drop() {
    events_ = {};
    close();
  }

  [[nodiscard]] std::chrono::microseconds latency() const { return latency_; }

 private:
  struct Pending {
    OnReply on_reply;
    steady_clock::time_point sent;
  };

  void watch() {
    hiredis_->data = this;
    hiredis_->ev.addRead = [](void* self) { static_cast<Link*>(self)->want_read(true); };
    hiredis_->ev.delRead = [](void* self) { static_cast<Link*>(self)->want_read(false); };
    hiredis_->ev.addWrite = [](void* self) { static_cast<Link*>(self)->want_write(true); };
    hiredis_->ev.delWrite = [](void* self) { static_cast<Link*>(self)->want_write(false); };
    // Setting this one begins the wait for the connection.
    redisAsyncSetConnectCallback(hiredis_, [](const redisAsyncContext* of, int status) {
      static_cast<Link*>(of->data)->connected(status == REDIS_OK, of->errstr);
    });
    redisAsyncSetDisconnectCallback(hiredis_, [](const redisAsyncContext* of, int /*status*/) {
      static_cast<Link*>(of->data)->report_end(of->errstr);
    });
  }

  void end(const std::string& reason) {
    report_end(reason);
    close();
  }

  void report_end(const std::string& reason) {
    if (std::exchange(ended_, true)) return;
    deadline_.cancel();
    asio::post(context_, [self = shared_from_this(), reason] {
      if (self->events_.on_end) self->events_.on_end(reason);
    });
  }

  void close() {
    ended_ = true;
    deadline_.cancel();
    pending_.clear();
    if (hiredis_ != nullptr) redisAsyncFree(hiredis_);  // calls forget(), at once or when its call stack is left
  }

  void connected(bool well, const char* error) {
    deadline_.cancel();
    if (!well) return report_end(error);  // hiredis is about to free itself
    connected_ = true;
    asio::post(context_, [self = shared_from_this()] {
      if (!self->ended_) self->events_.on_connected();
    });
  }

  static void answered(redisAsyncContext* of, redisReply* reply) {
    if (reply != nullptr) static_cast<Link*>(of->data)->answer(*reply, of->c.reader->len > of->c.reader->pos);
  }

  /// `more`: bytes follow the reply.
  void answer(const redisReply& reply, bool more) {
    if (ended_) return;
    const Pending pending = std::move(pending_.front());
    pending_.pop_front();
    unanswered_bytes_ = 0;
    // hiredis asserts that nobody speaks without being asked.
    if (pending_.empty() && more) return end("it sent more than it was asked for");
    latency_ = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - pending.sent);
    if (pending_.empty())
      deadline_.cancel();
    else
      arm(pending_.front().sent + timeout_);
    pending.on_reply(to_reply(reply));
  }

  void arm(steady_clock::time_point at) {
    deadline_.expires_at(at);
    deadline_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (!error) self->end(self->connected_ ? "no reply in time" : "no connection in time");
    });
  }

  void want_read(bool wanted) {
    wants_read_ = wanted;
    if (!wanted || std::exchange(reading_, true)) return;
    descriptor_.async_wait(asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](boost::system::error_code error) {
                             self->reading_ = false;
                             if (!error && self->hiredis_ != nullptr && self->wants_read_) self->read();
                           });
  }

  void read() {
    if (connected_ && pending_.empty()) return end(unasked());
    count_incoming();
    redisAsyncHandleRead(hiredis_);
    if (hiredis_ == nullptr) return;
    if (unanswered_bytes_ > max_reply_bytes) return end("its reply is too large");
    if (wants_read_) want_read(true);
  }

  /// What has come since the last whole reply: hiredis has taken most of it apart already.
  void count_incoming() {
    constexpr int most_at_once = 16 * 1024;  // that hiredis reads
    int waiting = 0;
    if (::ioctl(hiredis_->c.fd, FIONREAD, &waiting) == 0)
      unanswered_bytes_ += static_cast<std::size_t>(std::min(waiting, most_at_once));
  }

  [[nodiscard]] std::string unasked() const {
    char byte = 0;
    const ssize_t got = ::recv(hiredis_->c.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got > 0 ? "it spoke without being asked" : "it closed the connection";
  }

  void want_write(bool wanted) {
    wants_write_ = wanted;
    if (!wanted || std::exchange(writing_, true)) return;
    descriptor_.async_wait(asio::posix::descriptor_base::wait_write,
                           [self = shared_from_this()](boost::system::error_code error) {
                             self->writing_ = false;
                             if (error || self->hiredis_ == nullptr || !self->wants_write_) return;
                             redisAsyncHandleWrite(self->hiredis_);
                             if (self->hiredis_ != nullptr && self->wants_write_) self->want_write(true);
                           });
  }

  /// hiredis is about to close the socket.
  void forget() {
    hiredis_ = nullptr;
    wants_read_ = wants_write_ = false;
    if (descriptor_.is_open()) descriptor_.release();
  }

  asio::io_context& context_;
  asio::posix::stream_descriptor descriptor_;
  asio::steady_timer deadline_;
  std::chrono::milliseconds timeout_;
  Events events_;
  redisAsyncContext* hiredis_ = nullptr;
  std::deque<Pending> pending_;
  std::size_t unanswered_bytes_ = 0;
  std::chrono::microseconds latency_{0};
  bool connected_ = false;
  bool ended_ = false;
  bool wants_read_ = false;
  bool wants_write_ = false;
  bool reading_ = false;
  bool writing_ = false;
};

RedisConnection::RedisConnection(asio::io_context& context, const Endpoint& server, std::chrono::milliseconds timeout,
                                 Events events)
    : link_{std::make_shared<Link>(context, timeout, std::move(events))} {
  link_->connect(server);
}

RedisConnection::~RedisConnection() { link_->drop(); }

void RedisConnection::send(const RedisCommand& command, OnReply on_reply) { link_->send(command, std::move(on_reply)); }

std::chrono::microseconds RedisConnection::latency() const { return link_->latency(); }

}  // namespace headgate::state
