#pragma once

#include <iosfwd>
#include <string>

namespace headgate::config {

/// `headgate check`. Returns the exit code: 0 valid, 1 mistakes, 2 unreadable. Mistakes and warnings go to `err`, one a
/// line; the summary, or with `print` the effective configuration, to `out`. With `json` everything is one JSON object
/// on `out`.
int check(const std::string& path, bool print, bool json, std::ostream& out, std::ostream& err);

}  // namespace headgate::config
