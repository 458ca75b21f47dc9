#pragma once

#include <string>

namespace headgate::app {

/// "0.1.0"
std::string version();

/// Version, compiler and libraries as one JSON object: what a bug report needs.
std::string version_json();

}  // namespace headgate::app
