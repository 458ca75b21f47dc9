#include "state/redis_store.hpp"

#include <iterator>
#include <utility>

#include "state/backoff.hpp"

namespace headgate::state {
namespace {

namespace ip = boost::asio::ip;

bool needs_look_up(const Endpoint& server) {
  boost::system::error_code no_literal;
  ip::make_address(server.host, no_literal);
  return !server.is_unix() && no_literal;
}

}  // namespace

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
  if (!needs_look_up(server)) return begin(server);
  resolver_ = std::make_shared<ip::tcp::resolver>(environment_.context);
  retry_.after(options_.timeout, [this] {
    resolver_.reset();
    failed("its name was not looked up in time");
  });
  resolver_->async_resolve(
      server.host, std::to_string(server.port),
      [this, asked = std::weak_ptr{resolver_}](boost::system::error_code error, const auto& found) {
        if (asked.expired()) return;
        retry_.cancel();
        if (error) return failed("its name was not found: " + error.message());
        resolved(found);
      });
}

void RedisStore::resolved(const ip::tcp::resolver::results_type& found) {
  const auto turn = static_cast<std::ptrdiff_t>(failures_ % found.size());
  const ip::tcp::endpoint endpoint = std::next(found.begin(), turn)->endpoint();
  begin({endpoint.address().to_string(), endpoint.port(), ""});
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
  mode_.failed(reason);
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
