// Who decided, and whose decision holds: the one rule for all that instances have to agree on.
#pragma once

#include <string>
#include <tuple>

namespace headgate::base {

/// "host:pid": names this process in what other instances read.
const std::string& instance_name();

/// Whether a decision replaces another one on the same thing: the later does; of the same time, that of the instance
/// with the greater name, so that all come to the same.
template <class Time>
bool holds_over(Time at, const std::string& by, Time other_at, const std::string& other_by) {
  return std::tie(at, by) > std::tie(other_at, other_by);
}

}  // namespace headgate::base
