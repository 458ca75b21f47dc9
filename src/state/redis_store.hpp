// Verdicts that several instances share through Redis. While it is away, or takes no changes, each goes on with what it
// knows; when it is back, they tell each other what has changed since.
#pragma once

#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "net/background_lookup.hpp"
#include "net/timer.hpp"
#include "state/redis_keys.hpp"
#include "state/redis_session.hpp"
#include "state/store.hpp"

namespace headgate::state {

class RedisStore final : public Store {
 public:
  RedisStore(RedisOptions options, StoreEnvironment environment);
  ~RedisStore() override;

  [[nodiscard]] bool loaded() const override { return session_ && session_->has_read(); }

 private:
  [[nodiscard]] std::chrono::microseconds latency() const override {
    return session_ ? session_->latency() : std::chrono::microseconds{};
  }
  void on_watch() override;
  void on_save(const BackendId& backend) override;
  void on_new_secret(const std::string& name) override;

  void find_server();
  void begin_look_up();
  void looked_up(Result<net::FoundAddresses> found);
  void look_up_is_late();
  void begin_at_known_address();
  void begin(const Endpoint& server);
  void failed(const std::string& reason);
  void in_step();

  RedisOptions options_;
  unsigned failures_ = 0;  ///< in a row
  std::minstd_rand random_;
  std::vector<net::SocketAddress> known_;  ///< of the last look-up that found some
  std::string why_no_newer_;               ///< the last look-up's failure; empty: it was none
  std::unique_ptr<net::BackgroundLookup> look_up_;
  net::Timer retry_;
  std::unique_ptr<RedisSession> session_;
};

}  // namespace headgate::state
