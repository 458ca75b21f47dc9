// Verdicts in a file of their own: they survive restarts.
#pragma once

#include <chrono>
#include <string>

#include "net/timer.hpp"
#include "state/file_image.hpp"
#include "state/store.hpp"

namespace headgate::state {

/// When a change that comes now is written: soon, so that what comes with it goes along, but not twice a second; after
/// `failures` in a row less and less often.
std::chrono::steady_clock::time_point next_write(std::chrono::steady_clock::time_point now,
                                                 std::chrono::steady_clock::time_point last_write, unsigned failures);

/// Writing blocks the control thread while the disk syncs some kilobytes; no request waits for that thread.
class FileStore final : public Store {
 public:
  /// `path`: of a symlink, the file that it points to now is meant.
  FileStore(const std::string& path, StoreEnvironment environment);
  ~FileStore() override;

  [[nodiscard]] Counts counted_before(const BackendId& backend) const override;
  void flush() override;

 private:
  [[nodiscard]] std::chrono::microseconds latency() const override { return latency_; }
  void on_watch() override;
  void on_save(const BackendId& backend) override;
  void on_new_secret(const std::string& name) override;

  bool load();
  bool set_file_aside(const char* what_becomes, const std::string& why);
  void schedule();
  [[nodiscard]] CountsByBackend counts() const;
  void write_counts();
  void write();
  void fail(const char* what, int os_error);

  std::string path_;
  net::Timer timer_;
  net::Timer counts_timer_;
  CountsByBackend counted_before_;
  CountsByBackend written_counts_;
  std::chrono::steady_clock::time_point last_write_{};
  std::chrono::microseconds latency_{0};
  unsigned failures_ = 0;  ///< in a row
  bool read_ = false;      ///< what the file held is known, or it held nothing: it may be replaced
  bool dirty_ = false;
};

}  // namespace headgate::state
