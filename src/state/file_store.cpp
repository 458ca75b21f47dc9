#include "state/file_store.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "observe/append_file.hpp"
#include "observe/os_error_text.hpp"
#include "state/durable_file.hpp"

namespace headgate::state {
namespace {

using std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto gather_for = 20ms;
constexpr auto write_every = 1s;
constexpr auto longest_pause = 30s;
constexpr auto counts_every = 60s;  // a kill loses no more of them

constexpr const char* all_anew = "the state file was set aside; all backends begin anew";
constexpr const char* some_anew = "the state file was set aside; what could be read of it stays in use";

}  // namespace

steady_clock::time_point next_write(steady_clock::time_point now, steady_clock::time_point last_write,
                                    unsigned failures) {
  const auto pause = std::min<steady_clock::duration>(write_every * (1U << std::min(failures, 5U)), longest_pause);
  if (last_write == steady_clock::time_point{}) return now + gather_for;
  return std::max(now + gather_for, last_write + pause);
}

FileStore::FileStore(const std::string& path, StoreEnvironment environment)
    : Store{"file", std::move(environment)},
      path_{behind_links(path)},
      timer_{environment_.context},
      counts_timer_{environment_.context} {}

FileStore::~FileStore() { flush(); }

void FileStore::on_watch() {
  if (!read_) read_ = load();
  dirty_ = true;  // backends may have gone
  schedule();
  if (environment_.counts && !counts_timer_.armed()) counts_timer_.after(counts_every, [this] { write_counts(); });
}

void FileStore::on_save(const BackendId& /*backend*/) {
  dirty_ = true;
  schedule();
}

void FileStore::on_new_secret(const std::string& /*name*/) {
  dirty_ = true;
  schedule();
}

/// False: the file could not be read, and so must not be replaced yet.
bool FileStore::load() {
  const FileRead file = read_whole(path_, max_image_bytes);
  if (file.os_error == ENOENT) return true;
  if (file.os_error == EFBIG) return set_file_aside(all_anew, "it is too large");
  if (file.os_error != 0) {
    fail("cannot read", file.os_error);
    return false;
  }
  const auto image = image_from(file.bytes, environment_.clock());
  if (!image) return set_file_aside(all_anew, image.error().detail);
  for (const auto& [name, value] : image->secrets) take_over_secret(name, value);
  for (const auto& [backend, record] : image->records) take_over(backend, record);
  counted_before_ = image->counts;
  if (image->unreadable == 0) return true;
  return set_file_aside(some_anew, std::to_string(image->unreadable) + " of its entries cannot be read");
}

bool FileStore::set_file_aside(const char* what_becomes, const std::string& why) {
  const SetAside aside = set_aside(path_);
  if (aside.os_error != 0) {
    fail("cannot set aside", aside.os_error);
    return false;
  }
  environment_.log.event(observe::Level::error, Cause::state_file_set_aside, what_becomes,
                         {{"file", path_}, {"set_aside_as", aside.name}, {"detail", why}});
  return true;
}

void FileStore::schedule() {
  if (timer_.armed()) return;
  timer_.at(next_write(steady_clock::now(), last_write_, failures_), [this] { write(); });
}

Counts FileStore::counted_before(const BackendId& backend) const {
  const auto found = counted_before_.find(backend);
  return found == counted_before_.end() ? Counts{} : found->second;
}

/// Of all runs, this one included.
CountsByBackend FileStore::counts() const {
  CountsByBackend all;
  for (const auto& [backend, record] : ledger_.records()) {
    Counts& sum = all[backend] = counted_before(backend);
    if (environment_.counts) sum += environment_.counts(backend);
  }
  return all;
}

void FileStore::write_counts() {
  counts_timer_.after(counts_every, [this] { write_counts(); });
  if (counts() != written_counts_) schedule();
}

void FileStore::flush() {
  timer_.cancel();
  if (dirty_ || counts() != written_counts_) write();
}

void FileStore::write() {
  last_write_ = steady_clock::now();
  if (!read_) read_ = load();
  if (!read_) return schedule();
  if (const std::size_t slash = path_.rfind('/'); slash != std::string::npos && slash != 0)
    observe::create_directories(path_.substr(0, slash));
  CountsByBackend counted = counts();
  const int error = write_durably(path_, to_image(ledger_, counted));
  latency_ = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - last_write_);
  if (error != 0) {
    fail("cannot write", error);
    return schedule();
  }
  written_counts_ = std::move(counted);
  dirty_ = false;
  failures_ = 0;
  ++saves_;
  mode_.works();
}

void FileStore::fail(const char* what, int os_error) {
  ++failures_;
  mode_.failed(std::string{what} + ' ' + path_ + ": " + observe::os_error_text(os_error));
}

}  // namespace headgate::state
