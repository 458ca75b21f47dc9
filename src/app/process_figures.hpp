#pragma once

#include "admin/proxy.hpp"

namespace headgate::app {

/// Of this process, from /proc and the kernel; what cannot be read stays zero.
admin::ProcessView process_figures();

}  // namespace headgate::app
