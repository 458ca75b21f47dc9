// Notices that a configuration file may have changed, whichever way it was written.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace headgate::config {

/// Watches the directories along the chain of symbolic links to a file with inotify: in-place writes, an editor's
/// rename over it, deletion and recreation, and the swap of Kubernetes' ..data link are all seen. No thread, no Asio:
/// the owner waits for fd() to become readable and calls take_changes(). Debouncing is the owner's.
class FileWatch {
 public:
  /// `others` are files that the configuration refers to (Loaded::files). A missing file or directory is no error: its
  /// nearest existing parent is watched until it appears. Throws std::system_error when inotify is not to be had.
  explicit FileWatch(std::string path, std::vector<std::string> others = {});
  ~FileWatch();
  FileWatch(const FileWatch&) = delete;
  FileWatch& operator=(const FileWatch&) = delete;

  /// Non-blocking, readable when there are events. Stays the same for the object's life.
  [[nodiscard]] int fd() const { return fd_; }
  /// Reads all events without blocking. True when a watched file may have changed: compare Loaded::hash to be sure.
  bool take_changes();
  /// Replaces the other files, after a reload.
  void watch_others(std::vector<std::string> others);

 private:
  void resolve();
  struct Wanted {
    std::set<std::string> names;
    bool writes = false;  ///< a watched file itself stands here, so that writing matters, not only names
  };
  static void add_chain(const std::string& path, std::map<std::string, Wanted>& wanted);
  [[nodiscard]] bool concerns(int watch, const char* name) const;

  int fd_ = -1;
  std::string path_;
  std::vector<std::string> others_;
  std::map<int, std::set<std::string>> names_;  ///< watch descriptor to the names in that directory that matter
};

}  // namespace headgate::config
