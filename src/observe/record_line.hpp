#pragma once

#include <string>

#include "observe/civil_time.hpp"
#include "observe/log_event.hpp"
#include "observe/log_writer.hpp"

namespace headgate::observe {

/// Append one JSON line. Members and their order: docs/logs.md.
void append_failure_line(std::string& out, const RecordView& record, Zone zone);
void append_access_line(std::string& out, const RecordView& record, Zone zone);
void append_event_line(std::string& out, const LogEvent& event, Zone zone);

}  // namespace headgate::observe
