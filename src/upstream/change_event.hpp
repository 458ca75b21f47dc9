#pragma once

#include "observe/log.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/timeline.hpp"

namespace headgate::upstream {

/// One change of an endpoint's health as a line of the log. What is not known is left out.
void log_change(observe::Log& log, const EndpointState& endpoint, const TimelineEntry& entry);

}  // namespace headgate::upstream
