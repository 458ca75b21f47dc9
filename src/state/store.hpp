// The one interface to what outlives a process or is shared by several: verdicts about backends, and secrets.
// Everything happens on the control thread; nothing blocks on a network, and no request waits for it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "net/name_lookup.hpp"
#include "observe/log.hpp"
#include "state/ledger.hpp"
#include "state/mode.hpp"
#include "state/record.hpp"

namespace headgate::state {

/// What a store is built with. All outlive it.
struct StoreEnvironment {
  boost::asio::io_context& context;  ///< of the control thread
  observe::Log& log;
  observe::WallClock clock = observe::wall_clock_now;
  /// What another instance decided, or an earlier run of this one; from the context, or from within watch().
  std::function<void(const BackendId& backend, const Entry& entry)> on_change;
  /// Another instance's value of a secret that had to be made here while the store was away.
  std::function<void(const std::string& name, const std::string& value)> on_secret;
  /// What this run has counted of a backend. Empty: nobody counts.
  std::function<Counts(const BackendId& backend)> counts;
  /// For a store that goes by a name: called at each look-up, as the configuration of name servers may change.
  std::function<std::unique_ptr<net::NameLookup>()> make_lookup = [] { return net::make_dns_lookup({}); };
};

struct Status {
  std::string_view store;  ///< "memory", "file" or "redis"
  bool degraded = false;
  TimeStamp since{};       ///< of the present mode
  std::string last_error;  ///< empty: none so far
  std::uint64_t errors = 0;
  std::uint64_t saves = 0;               ///< records that the store took
  std::uint64_t remote_changes = 0;      ///< verdicts taken over
  std::uint64_t connections = 0;         ///< that were made; Redis only
  std::chrono::microseconds latency{0};  ///< of the last write of the file, or the last reply of Redis
};

class Store {
 public:
  virtual ~Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// The backends and secrets of the configuration. What is known of others is forgotten.
  void watch(const std::vector<BackendId>& backends, const std::vector<std::string>& secrets);
  /// What the store holds is known. Once true, it may become false for a while: when the store has to be asked anew.
  [[nodiscard]] virtual bool loaded() const { return true; }

  /// Null: not watched.
  [[nodiscard]] const Record* find(const BackendId& backend) const { return ledger_.find(backend); }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }
  /// A decision of this instance. Its time must be later than that of what it replaces, even when that came from an
  /// instance whose clock is ahead; otherwise it is taken for old news.
  void save(const BackendId& backend, const Entry& entry);
  /// The value that goes by this name; made at random when nobody has one.
  std::string secret(const std::string& name);

  /// What earlier runs have counted of a backend: nothing, unless the store is one instance's own.
  [[nodiscard]] virtual Counts counted_before(const BackendId& /*backend*/) const { return {}; }

  [[nodiscard]] Status status() const;
  /// Writes at once what waits to be written, as far as that takes no waiting: the process is about to end.
  virtual void flush() {}

 protected:
  Store(std::string_view kind, StoreEnvironment environment);

  /// Takes what was read over, and tells of it.
  void take_over(const BackendId& backend, const Record& record);
  void take_over_secret(const std::string& name, const std::string& value);

  StoreEnvironment environment_;
  Ledger ledger_;
  Mode mode_;
  std::uint64_t saves_ = 0;
  std::uint64_t connections_ = 0;

 private:
  [[nodiscard]] virtual std::chrono::microseconds latency() const { return {}; }
  virtual void on_watch() {}
  virtual void on_save(const BackendId& /*backend*/) {}
  virtual void on_new_secret(const std::string& /*name*/) {}

  std::string_view kind_;
  std::uint64_t remote_changes_ = 0;
};

/// The store that the configuration asks for. It begins to load when watch() is called.
std::unique_ptr<Store> make_store(const config::State& settings, StoreEnvironment environment);

}  // namespace headgate::state
