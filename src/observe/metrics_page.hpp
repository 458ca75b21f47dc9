#pragma once

#include <string>

namespace headgate::observe {

/// docs/metrics.md, from the one list in observe/metric.hpp.
std::string metrics_markdown();

}  // namespace headgate::observe
