#include "config/file_watch.hpp"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace headgate::config {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t name_events =
    IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
constexpr std::uint32_t write_events = IN_CLOSE_WRITE | IN_MODIFY;
constexpr int most_links = 40;  // as the kernel: ELOOP beyond

}  // namespace

FileWatch::FileWatch(std::string path, std::vector<std::string> others)
    : fd_{inotify_init1(IN_NONBLOCK | IN_CLOEXEC)}, path_{std::move(path)}, others_{std::move(others)} {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "inotify_init1");
  resolve();
}

FileWatch::~FileWatch() { close(fd_); }

void FileWatch::watch_others(std::vector<std::string> others) {
  others_ = std::move(others);
  resolve();
}

bool FileWatch::take_changes() {
  bool changed = false;
  alignas(inotify_event) std::array<char, 16 * 1024> buffer;
  for (;;) {
    const ssize_t got = read(fd_, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = event.len == 0 ? "" : buffer.data() + at + sizeof event;
      changed = changed || (event.mask & IN_Q_OVERFLOW) != 0 || concerns(event.wd, name);
      at += sizeof event + event.len;
    }
  }
  if (changed) resolve();  // links may lead elsewhere now
  return changed;
}

/// An event without a name is about the watched directory itself.
bool FileWatch::concerns(int watch, const char* name) const {
  const auto found = names_.find(watch);
  return found != names_.end() && (*name == '\0' || found->second.contains(name));
}

/// Follows the path component by component, and every link likewise: each directory on the way is watched for the name
/// that was looked up in it.
void FileWatch::add_chain(const std::string& path, std::map<std::string, Wanted>& wanted) {
  std::error_code ignored;
  std::vector<fs::path> pending;  // components still to walk, the next one last
  const auto push = [&pending](const fs::path& components) {
    std::vector<fs::path> parts{components.begin(), components.end()};
    pending.insert(pending.end(), parts.rbegin(), parts.rend());
  };
  push(fs::absolute(path, ignored));
  fs::path directory = "/";
  for (int links = 0; !pending.empty();) {
    const fs::path name = pending.back();
    pending.pop_back();
    if (name == "/") directory = "/";
    if (name.empty() || name == "." || name == "/") continue;
    if (name == "..") {
      directory = directory.parent_path();
      continue;
    }
    Wanted& here = wanted[directory.string()];
    here.names.insert(name.string());
    here.writes = here.writes || pending.empty();
    const fs::path target = fs::read_symlink(directory / name, ignored);
    if (!ignored && ++links <= most_links) {
      push(target);
    } else {
      directory /= name;
    }
  }
}

void FileWatch::resolve() {
  std::map<std::string, Wanted> wanted;
  add_chain(path_, wanted);
  for (const std::string& other : others_) add_chain(other, wanted);
  std::map<int, std::set<std::string>> next;
  for (const auto& [directory, here] : wanted) {
    const int watch = inotify_add_watch(fd_, directory.c_str(), here.writes ? name_events | write_events : name_events);
    if (watch >= 0) next[watch].insert(here.names.begin(), here.names.end());
  }
  for (const auto& [watch, names] : names_)
    if (!next.contains(watch)) inotify_rm_watch(fd_, watch);
  names_ = std::move(next);
}

}  // namespace headgate::config
