#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headgate::admin {

/// The segments of the target's path that stand where the pattern has "*", percent-decoded; nullopt: it does not match,
/// or its encoding is broken. A query is ignored.
std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view target);

}  // namespace headgate::admin
