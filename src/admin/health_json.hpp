#pragma once

#include <vector>

#include "admin/json_values.hpp"
#include "upstream/health_view.hpp"

namespace headgate::admin {

Json health_json(const upstream::HealthView& health);
/// Oldest first.
Json timeline_json(const std::vector<upstream::TimelineEntry>& timeline);

}  // namespace headgate::admin
