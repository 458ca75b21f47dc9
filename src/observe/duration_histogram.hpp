#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "observe/counter.hpp"

namespace headgate::observe {

/// How often something took how long. One thread records, every thread reads.
class DurationHistogram {
 public:
  static constexpr std::uint64_t ms = 1'000'000;
  /// Upper bounds of the buckets in nanoseconds, included; one more bucket holds what is longer.
  static constexpr std::array<std::uint64_t, 15> bounds{ms / 2,    1 * ms,    5 * ms / 2, 5 * ms,      10 * ms,
                                                        25 * ms,   50 * ms,   100 * ms,   250 * ms,    500 * ms,
                                                        1000 * ms, 2500 * ms, 5000 * ms,  10'000 * ms, 30'000 * ms};

  void record(std::uint64_t nanoseconds) noexcept {
    std::size_t bucket = 0;
    while (bucket < bounds.size() && nanoseconds > bounds[bucket]) ++bucket;
    buckets_[bucket].add();
    sum_.add(nanoseconds);
  }

  struct Totals {
    std::array<std::uint64_t, bounds.size() + 1> buckets{};
    std::uint64_t sum = 0;  ///< nanoseconds

    Totals& operator+=(const DurationHistogram& histogram);
    [[nodiscard]] std::uint64_t count() const;
    /// The time within which this share of them ended, in nanoseconds, estimated within its bucket; 0: there were none.
    [[nodiscard]] std::uint64_t quantile(double share) const;
  };

 private:
  std::array<Counter, bounds.size() + 1> buckets_;
  Counter sum_;
};

/// What came between two readings.
DurationHistogram::Totals operator-(const DurationHistogram::Totals& later, const DurationHistogram::Totals& earlier);

}  // namespace headgate::observe
