#pragma once

#include <string_view>

namespace headgate::route {

/// Whether a query has the parameter with this value, or with any for "*". Both sides of '=' are compared decoded
/// (percent-encoding, '+' for space), as the application reads them; a malformed triplet stands for itself.
/// A parameter that comes several times has all of its values. Does not allocate.
bool has_parameter(std::string_view query, std::string_view name, std::string_view value);

}  // namespace headgate::route
