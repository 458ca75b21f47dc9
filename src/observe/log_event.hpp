#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "observe/log_record.hpp"

namespace headgate::observe {

/// One more member of an event's line: {"hash", text} or {"duration_ms", 12.5}. Empty texts are left out; numbers that
/// are not whole have three decimals.
struct EventMember {
  EventMember(std::string_view n, std::string_view text) : name{n}, value{std::string{text}} {}
  EventMember(std::string_view n, const std::string& text) : name{n}, value{text} {}
  EventMember(std::string_view n, const char* text) : name{n}, value{std::string{text}} {}
  EventMember(std::string_view n, std::integral auto number) : name{n}, value{static_cast<std::int64_t>(number)} {}
  EventMember(std::string_view n, double number) : name{n}, value{number} {}

  std::string name;
  std::variant<std::string, std::int64_t, double> value;
};

/// Something that the control thread reports: start, stop, reload. May allocate.
struct LogEvent {
  TimeStamp time{};
  Level level = Level::info;
  Cause cause = Cause::none;
  std::string message;
  std::vector<EventMember> members;
};

}  // namespace headgate::observe
