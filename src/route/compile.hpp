// From the settings of one route to what the table holds of it. Throws std::invalid_argument for what validation should
// have refused.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "route/path_index.hpp"
#include "route/route.hpp"

namespace headgate::route {

Route compile_route(const config::Route& settings, const PathPattern& path,
                    const std::vector<std::string>& upstream_names);

PathPattern compile_path(const config::Match& match, bool merge_slashes);

/// In the form that HostIndex::add takes.
std::string compile_host(std::string_view pattern);

}  // namespace headgate::route
