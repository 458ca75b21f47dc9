// What a record costs the worker that writes it, while the log thread drains, formats and writes to a real file.
// The median of single calls is the figure to watch: below 1 microsecond (docs/logs.md).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <thread>
#include <vector>

#include "observe/log.hpp"

namespace headgate::observe {
namespace {

/// What a failed attempt fills in.
void fill(LogRecord& record) {
  record.cause = Cause::upstream_connect_failed;
  record.request_id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  record.client = "203.0.113.195";
  record.method = "GET";
  record.host = "api.example.com";
  record.path = "/v1/customers/1234567890/orders";
  record.route = "api";
  record.upstream = "api";
  record.backend = "10.0.0.1:9000";
  record.detail = "second attempt";
  record.os_error = 111;
  record.status = 502;
  record.attempt = 2;
  record.total_us = 1234;
}

class RunningLog {
 public:
  RunningLog() { log_.start(); }
  ~RunningLog() {
    log_.stop();
    std::filesystem::remove_all(directory_);
  }
  Log& operator*() { return log_; }

 private:
  std::string directory_ = (std::filesystem::temp_directory_path() / "headgate-bench-logs").string();
  Log log_{LogSettings{.directory = directory_, .access = true}};
};

std::int64_t percentile(std::vector<std::int64_t>& values, double share) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// A burst, then a pause as long as a busy worker leaves: every call is timed alone, the two clock reads included.
void FailureCallSite(benchmark::State& state) {
  RunningLog log;
  LogWriter& writer = (*log).writer(0);
  std::vector<std::int64_t> nanoseconds;
  for (auto _ : state) {
    for (int i = 0; i < 100; ++i) {
      const auto before = std::chrono::steady_clock::now();
      LogRecord record;
      fill(record);
      writer.failure(record);
      const auto after = std::chrono::steady_clock::now();
      benchmark::ClobberMemory();
      nanoseconds.push_back(std::chrono::nanoseconds{after - before}.count());
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{1});  // lint: allow(sleep) the pause is part of the load
  }
  state.counters["median_ns"] = static_cast<double>(percentile(nanoseconds, 0.5));
  state.counters["p99_ns"] = static_cast<double>(percentile(nanoseconds, 0.99));
  state.counters["dropped"] = static_cast<double>((*log).dropped());
}
BENCHMARK(FailureCallSite)->Iterations(2000)->Unit(benchmark::kMillisecond);

/// As fast as one thread can: most calls find the ring full, which is the cheapest outcome.
void AccessUnderFlood(benchmark::State& state) {
  RunningLog log;
  LogWriter& writer = (*log).writer(0);
  LogRecord record;
  fill(record);
  for (auto _ : state) writer.access(record);
  state.counters["dropped"] = static_cast<double>((*log).dropped());
}
BENCHMARK(AccessUnderFlood);

/// The price of a level that is switched off.
void DisabledLevel(benchmark::State& state) {
  Log log{LogSettings{}};
  for (auto _ : state) benchmark::DoNotOptimize(log.writer(0).enabled(Level::debug));
}
BENCHMARK(DisabledLevel);

/// What the log thread spends on a record, the write to the file included.
void DrainAndWrite(benchmark::State& state) {
  const std::string directory = (std::filesystem::temp_directory_path() / "headgate-bench-drain").string();
  Log log{LogSettings{.directory = directory}};
  LogRecord record;
  fill(record);
  constexpr int batch = 1000;
  for (auto _ : state) {
    for (int i = 0; i < batch; ++i) log.writer(0).failure(record);
    log.cycle();
  }
  state.SetItemsProcessed(state.iterations() * batch);
  std::filesystem::remove_all(directory);
}
BENCHMARK(DrainAndWrite)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace headgate::observe
