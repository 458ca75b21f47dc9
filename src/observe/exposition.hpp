// Prometheus' text format, version 0.0.4.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "observe/duration_histogram.hpp"
#include "observe/metric.hpp"

namespace headgate::observe {

class Exposition {
 public:
  /// Label values, in the order of the metric's labels; any bytes.
  using Labels = std::initializer_list<std::string_view>;

  /// Begins a metric. The samples that follow are its own; each metric once.
  void begin(Metric metric);
  void sample(Labels labels, std::uint64_t value);
  void sample(Labels labels, double value);
  void histogram(Labels labels, const DurationHistogram::Totals& totals);

  /// A metric without labels.
  template <class Number>
  void single(Metric metric, Number value) {
    begin(metric);
    sample({}, value);
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void append_series(std::string_view suffix, Labels labels, std::string_view bound = {});

  std::string text_;
  const MetricInfo* metric_ = nullptr;
};

}  // namespace headgate::observe
