#pragma once

#include <optional>
#include <string_view>

#include "config/findings.hpp"
#include "config/node.hpp"

namespace headgate::config {

/// Deeper nesting is refused: later passes recurse.
inline constexpr std::size_t max_depth = 64;

/// Reads strict JSON (RFC 8259): no comments, no trailing commas, no key twice. Mistakes go to `findings`; a repeated
/// key is reported and left out, any other mistake ends the reading and leaves nothing.
std::optional<Node> parse_json(std::string_view text, Findings& findings);

}  // namespace headgate::config
