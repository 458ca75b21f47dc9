// The state file: a line that says what it is, with the size and checksum of what follows, then JSON.
//   headgate-state 1 412 5f3a0c9e1b7d2468
//   {"backends": {"web": {"10.0.0.1:80": {"drain": {...}}}}, "counts": {"web": {"10.0.0.1:80": [512, 3]}},
//    "secrets": {"sticky:web": "..."}}
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "headgate/result.hpp"
#include "state/ledger.hpp"

namespace headgate::state {

/// A larger file is foreign: ten thousand backends take less than a quarter of it.
inline constexpr std::size_t max_image_bytes = 64U * 1024 * 1024;

using CountsByBackend = std::map<BackendId, Counts>;

struct Image {
  std::map<BackendId, Record> records;
  CountsByBackend counts;
  std::map<std::string, std::string> secrets;
  std::size_t unreadable = 0;  ///< records, counts and secrets that were left out
};

/// Records that say nothing are left out.
std::string to_image(const Ledger& ledger, const CountsByBackend& counts);
/// What can be read of the file, or in Error::detail why it cannot be one of ours as it was written. `now`: of the
/// reader's clock (record_json.hpp).
Result<Image> image_from(std::string_view bytes, TimeStamp now);

}  // namespace headgate::state
