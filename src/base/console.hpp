// Standard output and error, which somebody should be reading: a pipe whose reader has stalled must stall nothing here.
#pragma once

#include <string_view>

namespace headgate::base {

/// Writes to the descriptor what it takes without a wait. False: not all of it.
bool write_at_once(int fd, std::string_view text);

}  // namespace headgate::base
