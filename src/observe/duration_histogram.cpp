#include "observe/duration_histogram.hpp"

#include <numeric>

namespace headgate::observe {

using Totals = DurationHistogram::Totals;

Totals& Totals::operator+=(const DurationHistogram& histogram) {
  for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += histogram.buckets_[i].value();
  sum += histogram.sum_.value();
  return *this;
}

std::uint64_t Totals::count() const { return std::accumulate(buckets.begin(), buckets.end(), std::uint64_t{0}); }

std::uint64_t Totals::quantile(double share) const {
  const double wanted = share * static_cast<double>(count());
  double below = 0;
  for (std::size_t i = 0; i < bounds.size(); ++i) {
    const auto in_bucket = static_cast<double>(buckets[i]);
    if (in_bucket > 0 && below + in_bucket >= wanted) {
      const auto from = static_cast<double>(i == 0 ? 0 : bounds[i - 1]);
      const auto to = static_cast<double>(bounds[i]);
      return static_cast<std::uint64_t>(from + (to - from) * (wanted - below) / in_bucket);
    }
    below += in_bucket;
  }
  return buckets.back() == 0 ? 0 : bounds.back();
}

Totals operator-(const Totals& later, const Totals& earlier) {
  Totals between;
  for (std::size_t i = 0; i < between.buckets.size(); ++i) between.buckets[i] = later.buckets[i] - earlier.buckets[i];
  between.sum = later.sum - earlier.sum;
  return between;
}

}  // namespace headgate::observe
