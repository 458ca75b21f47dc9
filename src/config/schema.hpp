#pragma once

#include <string>

namespace headgate::config {

/// The JSON Schema (draft 7) of the configuration file, generated from the option table.
std::string schema_json();

}  // namespace headgate::config
