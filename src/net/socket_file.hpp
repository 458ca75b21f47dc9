// The file of a Unix listener, removed only while it is still ours: a successor may have put its own in its place.
#pragma once

#include <sys/types.h>

#include <string>

namespace headgate::net {

class SocketFile {
 public:
  /// None, for a TCP listener.
  SocketFile() = default;
  /// The socket that stands at the path now.
  explicit SocketFile(std::string path);

  /// Unlinks the path if the very same socket stands there.
  void remove() const;

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace headgate::net
