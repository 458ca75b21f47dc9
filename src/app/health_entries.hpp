// A verdict as the state store keeps it, and as an endpoint's health does.
#pragma once

#include <string>
#include <vector>

#include "state/record.hpp"
#include "upstream/health_record.hpp"
#include "upstream/timeline.hpp"

namespace headgate::app {

std::vector<state::Entry> to_entries(const upstream::HealthRecord& record, const std::string& why);
/// One part of a record.
upstream::HealthRecord to_health_record(const state::Entry& entry);

/// "operator anna", "5 failures in a row, UPSTREAM_RESET": what another instance shows as the reason.
std::string reason_of(const upstream::TimelineEntry& entry);

}  // namespace headgate::app
