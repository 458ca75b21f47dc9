#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "observe/civil_time.hpp"

namespace headgate::observe {

/// What stands before "_YYYY_MM_DD_HH.log".
inline constexpr std::string_view error_prefix = "log";
inline constexpr std::string_view access_prefix = "access";

std::string log_file_name(std::string_view prefix, const CivilHour& hour);

/// The hour of a name that log_file_name() may have made; nullopt for every other file in the directory.
std::optional<CivilHour> hour_of_log_file(std::string_view name);

}  // namespace headgate::observe
