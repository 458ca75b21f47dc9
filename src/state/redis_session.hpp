// What is said over one connection to Redis, from the greeting to its end:
//
//   AUTH, SELECT -> SET version if absent (may we write?) -> GET version -> it changed: MGET all -> SET what is ours
//                                                               ^------ every 250 ms ------------------'
//
// What is read and is no record or secret of ours is told of as a refusal, and overwritten, but once a session: what
// answers nonsense to everything would keep us writing.
//
// Nothing is undone when it ends: the next session reads everything, and writes what Redis lacks.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "net/timer.hpp"
#include "observe/log.hpp"
#include "state/ledger.hpp"
#include "state/redis_connection.hpp"
#include "state/redis_keys.hpp"

namespace headgate::state {

/// How long a change of another instance may go unseen.
inline constexpr std::chrono::milliseconds poll_every{250};

class RedisSession {
 public:
  struct Events {
    std::function<void()> on_connected;
    std::function<void(const BackendId& backend, const Record& record)> on_record;
    std::function<void(const std::string& name, const std::string& value)> on_secret;
    std::function<void()> on_saved;  ///< one record
    /// Redis has what we know, and we know what it has.
    std::function<void()> on_in_step;
    /// It takes no change, or holds nonsense: reading goes on.
    std::function<void(const std::string& reason)> on_refusal;
    /// The session is over; nothing else is called after it. Destroy it later, not within the call.
    std::function<void(const std::string& reason)> on_end;
  };

  /// `server`: where the address was found to be. All references outlive the session.
  RedisSession(boost::asio::io_context& context, const Endpoint& server, const RedisOptions& options,
               const Ledger& ledger, const observe::WallClock& clock, Events events);

  /// The ledger watches other backends or secrets.
  void read_again() { seen_.reset(); }
  void save(const BackendId& backend);
  void save_secret(const std::string& name);
  /// Everything was read at least once.
  [[nodiscard]] bool has_read() const { return has_read_; }
  [[nodiscard]] std::chrono::microseconds latency() const { return connection_.latency(); }

 private:
  /// nullopt: there is no version, or not any more.
  using Version = std::optional<std::string>;

  void greet();
  void ask(const RedisCommand& command, RedisConnection::OnReply on_reply);
  void require_ok(const RedisCommand& command, const char* what);
  void poll();
  void read_all();
  template <class Item>
  void read(std::vector<Item> items);
  void absorb(const BackendId& backend, const RedisReply& found);
  void absorb(const std::string& secret, const RedisReply& found);
  [[nodiscard]] bool may_mend(const std::string& key);
  void all_read();
  void write_soon();
  void write_all();
  void write(const BackendId& backend);
  void write_secret(const std::string& name);
  void renew();
  void renew(const std::string& key);
  void refuse(const RedisReply& reply);
  void refuse(const std::string& reason);
  void end(const std::string& reason);
  void tell_if_in_step();

  const RedisOptions& options_;
  const Ledger& ledger_;
  const observe::WallClock& clock_;
  Events events_;
  RedisKeys keys_;
  std::optional<Version> seen_;  ///< what it was when all was read; nullopt: all is to be read
  std::set<BackendId> unsaved_;
  std::set<std::string> unsaved_secrets_;
  std::set<std::string> spoilt_secrets_;  ///< to be overwritten; of others, the first to write wins
  std::string unreadable_;                ///< the first key that holds nonsense; empty: none in this reading
  std::size_t being_read_ = 0;            ///< commands without an answer yet
  std::size_t being_written_ = 0;
  bool has_read_ = false;
  bool has_mended_ = false;  ///< nonsense was overwritten
  bool refused_ = false;
  bool ended_ = false;
  net::Timer poll_timer_;
  net::Timer write_timer_;
  net::Timer renewal_timer_;
  RedisConnection connection_;
};

}  // namespace headgate::state
