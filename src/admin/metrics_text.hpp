#pragma once

#include <string>

#include "admin/proxy.hpp"

namespace headgate::admin {

/// What /metrics answers: every metric of the catalogue (observe/metric.hpp) that has something to say.
std::string metrics_text(const Proxy& proxy);

}  // namespace headgate::admin
