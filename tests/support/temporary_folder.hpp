#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace headgate::testing {

/// A new, empty folder that goes away with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// Overwrites in place: the same inode, as a bind mount sees it.
void write_file(const std::filesystem::path& path, std::string_view text);
/// Writes beside it and renames over it: as editors save.
void replace_file(const std::filesystem::path& path, std::string_view text);
/// Empty if there is no such file.
std::string read_file(const std::filesystem::path& path);

}  // namespace headgate::testing
