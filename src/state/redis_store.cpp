#include "state/redis_store.hpp"

#include <exception>
#include <utility>

#include "state/backoff.hpp"

namespace headgate::state {

RedisStore::RedisStore(RedisOptions options, StoreEnvironment environment)
    : Store{"redis", std::move(environment)},
      options_{std::move(options)},
      random_{static_cast<std::uint32_t>(environment_.clock().time_since_epoch().count())},
      retry_{environment_.context} {}

RedisStore::~RedisStore() = default;

void RedisStore::on_watch() {
  if (session_) return session_->read_again();
  if (!retry_.armed()) find_server();
}

void RedisStore::on_save(const BackendId& backend) {
  if (session_) session_->save(backend);
}

void RedisStore::on_new_secret(const std::string& name) {
  if (session_) session_->save_secret(name);
}

/// Each time anew: its address may have changed.
void RedisStore::find_server() {
  const Endpoint& server = options_.address.server;
  if (net::is_literal(server)) return begin(server);
  if (!look_up_) begin_look_up();
  if (look_up_) retry_.after(options_.timeout, [this] { look_up_is_late(); });
}

void RedisStore::begin_look_up() {
  try {
    look_up_ =
        std::make_unique<net::BackgroundLookup>(environment_.context, environment_.make_lookup(),
                                                options_.address.server, [this](Result<net::FoundAddresses> found) {
                                                  look_up_.reset();
                                                  looked_up(std::move(found));
                                                });
  } catch (const std::exception&) {  // no thread, or no resolv.conf that can be read
    looked_up(Error{Cause::upstream_resolve_failed, "it cannot be looked up"});
  }
}

/// A session that runs was begun without waiting for this: the next one makes use of it.
void RedisStore::looked_up(Result<net::FoundAddresses> found) {
  const bool good = found && !found->addresses.empty();
  if (good) known_ = std::move(found->addresses);
  why_no_newer_ = good ? "" : std::string{"its name was not found: "} + (found ? "no address" : found.error().detail);
  if (session_) return;
  retry_.cancel();
  if (known_.empty()) return failed(why_no_newer_);
  begin_at_known_address();
}

/// It goes on: name servers may need longer than Redis may.
void RedisStore::look_up_is_late() {
  why_no_newer_ = "its name was not looked up in time";
  if (known_.empty()) return mode_.failed(why_no_newer_);
  begin_at_known_address();
}

void RedisStore::begin_at_known_address() {
  const net::SocketAddress& address = known_[failures_ % known_.size()];
  begin({address.host_text(), address.port(), ""});
}

void RedisStore::begin(const Endpoint& server) {
  session_ = std::make_unique<RedisSession>(
      environment_.context, server, options_, ledger_, environment_.clock,
      RedisSession::Events{[this] { ++connections_; },
                           [this](const BackendId& backend, const Record& record) { take_over(backend, record); },
                           [this](const std::string& name, const std::string& value) { take_over_secret(name, value); },
                           [this] { ++saves_; }, [this] { in_step(); },
                           [this](const std::string& reason) { failed(reason); },
                           [this](const std::string& reason) { failed(reason); }});
}

/// Also when it only takes no changes: a new connection may find another server behind the name, or one that does.
void RedisStore::failed(const std::string& reason) {
  const bool is_old_address = session_ && !why_no_newer_.empty();
  mode_.failed(is_old_address ? reason + " (at its last address: " + why_no_newer_ + ")" : reason);
  if (retry_.armed()) return;
  ++failures_;
  const double random = static_cast<double>(random_() - std::minstd_rand::min()) /
                        static_cast<double>(std::minstd_rand::max() - std::minstd_rand::min());
  retry_.after(pause_after(failures_, random), [this] {
    session_.reset();
    find_server();
  });
}

void RedisStore::in_step() {
  failures_ = 0;
  mode_.works();
}

}  // namespace headgate::state
