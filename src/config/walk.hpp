#pragma once

#include <vector>

#include "config/option.hpp"

namespace headgate::config {

/// The root table and all that hang below it, each once, in the order in which they are first mentioned.
std::vector<const Table*> tables_in_order();

}  // namespace headgate::config
