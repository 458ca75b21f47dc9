#pragma once

#include <string>
#include <vector>

#include "net/address.hpp"
#include "observe/log.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/panic_watch.hpp"
#include "upstream/timeline.hpp"

namespace headgate::upstream {

/// One change of an endpoint's health as a line of the log. What is not known is left out.
void log_change(observe::Log& log, const EndpointState& endpoint, const TimelineEntry& entry);
/// A backend's name has other addresses. Nothing is logged when one of both is empty: that is a change of its health.
void log_move(observe::Log& log, const std::string& backend, const std::vector<net::SocketAddress>& before,
              const std::vector<net::SocketAddress>& now);
/// A panic of that upstream began, or ended.
void log_panic(observe::Log& log, const std::string& upstream, const PanicWatch::Change& change);

}  // namespace headgate::upstream
