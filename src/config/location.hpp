// The template of a redirect's Location.
#pragma once

#include <string_view>

#include "config/grammar.hpp"

namespace headgate::config {

/// Its bytes, its variables, and that no client can name the host in it. route::Redirect relies on it.
Problem location_problem(std::string_view text);

}  // namespace headgate::config
