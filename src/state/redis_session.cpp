#include "state/redis_session.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/random_bytes.hpp"
#include "state/record_json.hpp"

namespace headgate::state {
namespace {

using Kind = RedisReply::Kind;

constexpr std::size_t keys_at_once = 512;
/// Each entry is renewed some times before it would expire.
constexpr int renewals_per_ttl = 3;
constexpr const char* nonsense = "it answers what no Redis would";

bool is_value(const RedisReply& reply) { return reply.kind == Kind::nil || reply.kind == Kind::text; }

std::string new_version() { return base::random_hex(8); }

std::string key_of(const RedisKeys& keys, const BackendId& backend) { return keys.backend(backend); }
std::string key_of(const RedisKeys& keys, const std::string& secret) { return keys.secret(secret); }

/// The keys of a map, in pieces that one command may ask for.
template <class Key, class Value>
std::vector<std::vector<Key>> in_pieces(const std::map<Key, Value>& items) {
  std::vector<std::vector<Key>> pieces;
  for (const auto& [key, value] : items) {
    if (pieces.empty() || pieces.back().size() == keys_at_once) pieces.emplace_back();
    pieces.back().push_back(key);
  }
  return pieces;
}

}  // namespace

RedisSession::RedisSession(boost::asio::io_context& context, const Endpoint& server, const RedisOptions& options,
                           const Ledger& ledger, const observe::WallClock& clock, Events events)
    : options_{options},
      ledger_{ledger},
      clock_{clock},
      events_{std::move(events)},
      keys_{options.prefix},
      poll_timer_{context},
      write_timer_{context},
      renewal_timer_{context},
      connection_{
          context, server, options.timeout, {[this] { greet(); }, [this](const std::string& reason) { end(reason); }}} {
}

void RedisSession::greet() {
  events_.on_connected();
  if (!options_.address.password.empty()) require_ok(auth_command(options_.address), "AUTH");
  if (options_.address.database != 0) require_ok({"SELECT", std::to_string(options_.address.database)}, "SELECT");
  ask(set_if_absent_command(keys_.version(), new_version(), options_.ttl), [this](const RedisReply& reply) {
    if (!reply.is_ok() && reply.kind != Kind::nil) refuse(reply);
  });
  poll();
  renewal_timer_.after(options_.ttl / renewals_per_ttl, [this] { renew(); });
}

void RedisSession::ask(const RedisCommand& command, RedisConnection::OnReply on_reply) {
  connection_.send(command, [this, on_reply = std::move(on_reply)](const RedisReply& reply) {
    if (!ended_) on_reply(reply);
  });
}

void RedisSession::require_ok(const RedisCommand& command, const char* what) {
  ask(command, [this, what](const RedisReply& reply) {
    if (!reply.is_ok()) end(std::string{what} + ": " + (reply.is_error() ? reply.text : nonsense));
  });
}

void RedisSession::poll() {
  ask({"GET", keys_.version()}, [this](const RedisReply& reply) {
    if (!is_value(reply)) return end(reply.is_error() ? reply.text : nonsense);
    const Version version = reply.kind == Kind::nil ? Version{} : Version{reply.text};
    if (seen_ == std::optional{version}) return poll_timer_.after(poll_every, [this] { poll(); });
    seen_ = version;
    read_all();
  });
}

void RedisSession::read_all() {
  for (auto& piece : in_pieces(ledger_.records())) read(std::move(piece));
  for (auto& piece : in_pieces(ledger_.secrets())) read(std::move(piece));
  if (being_read_ == 0) all_read();
}

template <class Item>
void RedisSession::read(std::vector<Item> items) {
  RedisCommand command{"MGET"};
  for (const Item& item : items) command.push_back(key_of(keys_, item));
  ++being_read_;
  ask(command, [this, items = std::move(items)](const RedisReply& reply) {
    if (reply.is_error()) return end(reply.text);
    const auto& found = reply.elements;
    if (found.size() != items.size() || !std::all_of(found.begin(), found.end(), is_value)) return end(nonsense);
    for (std::size_t i = 0; i < items.size(); ++i) absorb(items[i], found[i]);
    if (--being_read_ == 0) all_read();
  });
}

/// Remembers that there is nonsense under that key.
bool RedisSession::may_mend(const std::string& key) {
  if (unreadable_.empty()) unreadable_ = key;
  return !has_mended_;
}

/// What Redis lacks of what we know is written; what cannot be read is overwritten, even by a record of nothing.
void RedisSession::absorb(const BackendId& backend, const RedisReply& found) {
  const auto theirs = found.kind == Kind::text ? record_from_text(found.text, clock_()) : std::nullopt;
  if (theirs) events_.on_record(backend, *theirs);
  const bool spoilt = found.kind == Kind::text && !theirs;
  if (spoilt && !may_mend(keys_.backend(backend))) return;
  const Record* const ours = ledger_.find(backend);
  if (ours != nullptr && (spoilt || *ours != theirs.value_or(Record{}))) unsaved_.insert(backend);
}

/// The first to write a secret wins.
void RedisSession::absorb(const std::string& secret, const RedisReply& found) {
  spoilt_secrets_.erase(secret);
  if (found.kind == Kind::text) {
    if (is_secret(found.text)) return events_.on_secret(secret, found.text);
    if (!may_mend(keys_.secret(secret))) return;
    spoilt_secrets_.insert(secret);
  }
  if (ledger_.secret(secret)) unsaved_secrets_.insert(secret);
}

void RedisSession::all_read() {
  has_read_ = true;
  write_all();
  if (!unreadable_.empty()) {
    has_mended_ = true;
    refuse("there is no record or secret of ours in " + std::exchange(unreadable_, {}));
  }
  tell_if_in_step();
  poll_timer_.after(poll_every, [this] { poll(); });
}

void RedisSession::save(const BackendId& backend) {
  unsaved_.insert(backend);
  write_soon();
}

void RedisSession::save_secret(const std::string& name) {
  unsaved_secrets_.insert(name);
  write_soon();
}

/// Before everything was read we would overwrite what we do not know yet.
void RedisSession::write_soon() {
  if (has_read_ && !ended_) write_timer_.after({}, [this] { write_all(); });
}

void RedisSession::write_all() {
  if (unsaved_.empty() && unsaved_secrets_.empty()) return;
  for (const BackendId& backend : std::exchange(unsaved_, {})) write(backend);
  for (const std::string& name : std::exchange(unsaved_secrets_, {})) write_secret(name);
  ask(set_command(keys_.version(), new_version(), options_.ttl), [this](const RedisReply& reply) {
    if (!reply.is_ok()) refuse(reply);
  });
}

void RedisSession::write(const BackendId& backend) {
  const Record* const record = ledger_.find(backend);
  if (record == nullptr) return;
  ++being_written_;
  ask(set_command(keys_.backend(backend), to_text(*record), options_.ttl), [this](const RedisReply& reply) {
    --being_written_;
    if (!reply.is_ok()) return refuse(reply);
    events_.on_saved();
    tell_if_in_step();
  });
}

void RedisSession::write_secret(const std::string& name) {
  const auto value = ledger_.secret(name);
  if (!value) return;
  ++being_written_;
  const auto set = spoilt_secrets_.erase(name) != 0 ? set_command : set_if_absent_command;
  ask(set(keys_.secret(name), *value, options_.ttl), [this](const RedisReply& reply) {
    --being_written_;
    if (reply.kind == Kind::nil) return read_again();  // somebody was faster
    if (!reply.is_ok()) return refuse(reply);
    tell_if_in_step();
  });
}

void RedisSession::renew() {
  for (const auto& [backend, record] : ledger_.records())
    if (!record.empty()) renew(keys_.backend(backend));
  for (const auto& [name, value] : ledger_.secrets())
    if (value) renew(keys_.secret(name));
  renew(keys_.version());
  renewal_timer_.after(options_.ttl / renewals_per_ttl, [this] { renew(); });
}

void RedisSession::renew(const std::string& key) {
  ask(expire_command(key, options_.ttl), [this](const RedisReply& reply) {
    if (reply.kind != Kind::integer) return refuse(reply);
    if (reply.integer == 0) read_again();  // somebody has deleted it
  });
}

void RedisSession::refuse(const RedisReply& reply) { refuse(reply.is_error() ? reply.text : nonsense); }

void RedisSession::refuse(const std::string& reason) {
  refused_ = true;
  events_.on_refusal(reason);
}

void RedisSession::end(const std::string& reason) {
  ended_ = true;
  poll_timer_.cancel();
  write_timer_.cancel();
  renewal_timer_.cancel();
  events_.on_end(reason);
}

void RedisSession::tell_if_in_step() {
  if (has_read_ && !refused_ && being_written_ == 0 && unsaved_.empty() && unsaved_secrets_.empty())
    events_.on_in_step();
}

}  // namespace headgate::state
