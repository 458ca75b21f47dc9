// What tests of the stores share: instances that know the same backends, on one context that the test turns.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "observe/log.hpp"
#include "state/store.hpp"
#include "support/log_lines.hpp"
#include "support/temporary_folder.hpp"
#include "support/waiting.hpp"

namespace headgate::state {

using namespace std::chrono_literals;
using testing::TemporaryFolder;

inline const BackendId first{"web", "10.0.0.1:80"};
inline const BackendId second{"web", "10.0.0.2:80"};
inline const std::string key = "sticky:web";

class StoreTest : public ::testing::Test {
 protected:
  /// A store, and what it told.
  struct Instance {
    std::string name;
    std::unique_ptr<Store> store;
    std::vector<std::pair<BackendId, Entry>> changes;
    std::vector<std::string> new_secrets;

    [[nodiscard]] bool is_drained(const BackendId& backend = first) const {
      const Record* const record = store->find(backend);
      const Drain* const drain = record != nullptr ? record->get<Drain>() : nullptr;
      return drain != nullptr && drain->on;
    }
  };

  /// Watches both backends and the secret.
  std::unique_ptr<Instance> start(const config::State& settings, const std::string& name = "a") {
    auto instance = std::make_unique<Instance>();
    instance->name = name;
    StoreEnvironment environment{context_, log_, {}, {}, {}, {}};
    environment.clock = [this] { return now_; };
    environment.on_change = [told = instance.get()](const BackendId& backend, const Entry& entry) {
      told->changes.emplace_back(backend, entry);
    };
    environment.on_secret = [told = instance.get()](const std::string&, const std::string& value) {
      told->new_secrets.push_back(value);
    };
    environment.counts = [this](const BackendId& backend) { return counts_[backend]; };
    if (make_lookup_) environment.make_lookup = make_lookup_;
    instance->store = make_store(settings, std::move(environment));
    instance->store->watch({first, second}, {key});
    return instance;
  }

  /// A decision, a microsecond after the one before.
  void save(Instance& instance, const BackendId& backend, const Change& change, const std::string& why = "test") {
    now_ += 1us;
    instance.store->save(backend, {change, now_, instance.name, why});
  }

  /// Turns the context until the condition holds; false when it never did.
  [[nodiscard]] bool run_until(const std::function<bool()>& condition, std::chrono::milliseconds deadline = 20s) {
    const auto end = testing::Clock::now() + deadline;
    while (!condition()) {
      if (testing::Clock::now() > end) return false;
      context_.restart();
      context_.run_for(5ms);
    }
    return true;
  }
  /// For what must not happen.
  void run_for(std::chrono::milliseconds time) {
    context_.restart();
    context_.run_for(time);
  }

  std::vector<observe::json> log_lines(std::string_view cause) {
    log_.cycle();
    std::vector<observe::json> found;
    for (auto& line : observe::lines_of(folder_ / "logs/log_2026_11_24_07.log"))
      if (line["cause"] == cause) found.push_back(std::move(line));
    return found;
  }

  TemporaryFolder folder_;
  TimeStamp now_ = observe::at(observe::seven);
  std::map<BackendId, Counts> counts_;                             ///< of the run
  std::function<std::unique_ptr<net::NameLookup>()> make_lookup_;  ///< empty: the store's own
  boost::asio::io_context context_{1};
  observe::Log log_{{.directory = folder_ / "logs"}, 1, [] { return observe::at(observe::seven); }};
};

}  // namespace headgate::state
