// Files that are whole or not there, whatever happens while they are written.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headgate::state {

/// Writes a temporary file beside `path`, syncs it, renames it over `path` and syncs the folder. Readable by the owner
/// only. Returns 0 or errno; after a failure `path` is as it was.
int write_durably(const std::string& path, std::string_view bytes);

struct FileRead {
  int os_error = 0;  ///< ENOENT: there is none; EFBIG: more than `limit` bytes; EINVAL: no regular file
  std::string bytes;
};
FileRead read_whole(const std::string& path, std::size_t limit);

/// The file that a rename has to replace: where the symlinks lead to that `path` may name, even if nothing is there
/// yet. A ring of links stays as it is.
std::string behind_links(const std::string& path);

/// Renames it to "<path>.set-aside-<n>" with the first n that is free; after a hundred of them, over the last.
struct SetAside {
  int os_error = 0;
  std::string name;
};
SetAside set_aside(const std::string& path);

}  // namespace headgate::state
