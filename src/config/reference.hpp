#pragma once

#include <string>

namespace headgate::config {

/// docs/configuration.md, generated from the option table.
std::string reference_markdown();

}  // namespace headgate::config
