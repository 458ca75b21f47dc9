// What is kept of one backend: the latest verdict of each kind, with the wall-clock time at which it was reached.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "observe/log_record.hpp"

namespace headgate::state {

using observe::TimeStamp;

/// A backend of an upstream, by the names that the configuration gives them.
struct BackendId {
  std::string upstream;
  std::string address;
  friend auto operator<=>(const BackendId&, const BackendId&) = default;
};

/// Attempts on a backend, over all runs of an instance.
struct Counts {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;  ///< of them, as health.passive counts them
  Counts& operator+=(const Counts& other) {
    requests += other.requests;
    failures += other.failures;
    return *this;
  }
  friend bool operator==(const Counts&, const Counts&) = default;
};

/// An operator has taken it out of service, or put it back.
struct Drain {
  bool on = false;
  friend bool operator==(const Drain&, const Drain&) = default;
};

struct Ejection {
  TimeStamp until{};        ///< in the past: it may be used
  std::uint32_t count = 0;  ///< ejections in a row: the next one lasts longer
  bool by_operator = false;
  friend bool operator==(const Ejection&, const Ejection&) = default;
};

/// Half-open is not kept: each instance makes its own trial requests once `until` is over.
struct Breaker {
  bool open = false;
  TimeStamp until{};
  friend bool operator==(const Breaker&, const Breaker&) = default;
};

/// Of active probes.
struct Probes {
  bool healthy = true;
  friend bool operator==(const Probes&, const Probes&) = default;
};

using Change = std::variant<Drain, Ejection, Breaker, Probes>;

/// A change, and where it comes from.
struct Entry {
  Change change;
  TimeStamp at{};
  std::string by;   ///< the instance that decided it
  std::string why;  ///< evidence, in words for the operator
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// Whether `a` replaces `b`. Two instances that decide at the same microsecond agree on whose decision holds.
bool is_newer(const Entry& a, const Entry& b);

class Record {
 public:
  [[nodiscard]] bool empty() const;

  /// The latest change of that kind, or null.
  template <class Kind>
  [[nodiscard]] const Kind* get() const {
    for (const auto& entry : entries_)
      if (entry && std::holds_alternative<Kind>(entry->change)) return &std::get<Kind>(entry->change);
    return nullptr;
  }
  [[nodiscard]] std::vector<Entry> entries() const;

  /// False: something newer of its kind is known.
  bool put(const Entry& entry);
  /// The later entry of each kind stays. Returns those that replaced ours: also what only says the same later, or
  /// whoever follows us would not know what its next decision must be later than.
  std::vector<Entry> merge(const Record& other);

  friend bool operator==(const Record&, const Record&) = default;

 private:
  std::array<std::optional<Entry>, std::variant_size_v<Change>> entries_;  ///< by the change's index
};

}  // namespace headgate::state
