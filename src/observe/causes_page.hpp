#pragma once

#include <string>

namespace headgate::observe {

/// docs/causes.md, from the one list in headgate/cause.hpp.
std::string causes_markdown();

}  // namespace headgate::observe
