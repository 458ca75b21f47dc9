// From the text of a configuration to settings, or to every mistake in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.hpp"
#include "config/settings.hpp"

namespace headgate::config {

/// A larger file is refused before it is read.
inline constexpr std::size_t max_file_bytes = 16U * 1024 * 1024;

struct Loaded {
  std::optional<Settings> settings;     ///< empty when there is any diagnostic
  std::vector<Diagnostic> diagnostics;  ///< sorted by position
  std::vector<Diagnostic>
      warnings;      ///< sorted by position; only of usable settings: mistakes bring warnings in their wake
  std::string hash;  ///< 16 hex digits over the text and all that ${env:} and ${file:} brought in
  std::vector<std::string> files;  ///< paths of ${file:}, for FileWatch
  bool unreadable = false;         ///< the file itself could not be read; the one diagnostic says why
  int os_error = 0;                ///< then: errno, if a system call failed
};

/// Whether certificates, keys, authorities and lists are read with the configuration, and must be in order.
enum class TlsFiles : std::uint8_t { read, leave };

/// Never throws on any text. Reads the environment and the files that ${env:} and ${file:} name.
Loaded load_text(std::string_view text, TlsFiles tls_files = TlsFiles::read);
Loaded load_file(const std::string& path, TlsFiles tls_files = TlsFiles::read);

}  // namespace headgate::config
