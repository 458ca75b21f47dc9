// What happened to an endpoint, and why: the last changes of its state, each with what is known of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

#include "headgate/cause.hpp"
#include "upstream/moment.hpp"

namespace headgate::upstream {

/// Who changed the state.
struct Actor {
  enum class Kind : std::uint8_t {
    requests,       ///< they failed, or succeeded in a half-open breaker
    probe,          ///< an active one
    timer,          ///< the time of an ejection or of an open breaker was over
    user,           ///< an operator, through the admin API; named
    instance,       ///< another Headgate, through the state store; named
    earlier_run,    ///< this Headgate before its restart, through the state store
    configuration,  ///< a reload
    resolver,       ///< the name's addresses came or went
  };
  Kind kind = Kind::requests;
  std::string name;  ///< of the operator or the instance
};
/// "probe", "operator anna", "instance blue".
std::string to_string(const Actor& actor);

/// What a change was decided on. Absent values are left as they are here.
struct Evidence {
  std::string text;              ///< "5 failures in a row"
  Cause failure = Cause::none;   ///< of the last request that failed
  std::uint16_t status = 0;      ///< of that request's response, or of the probe's
  int os_error = 0;              ///< errno of that request, or of the probe
  std::int64_t latency_us = -1;  ///< of the probe
  std::string probe;             ///< which one: "GET http://10.0.0.1:9000/healthz"
};

inline Evidence because(std::string text) {
  Evidence evidence;
  evidence.text = std::move(text);
  return evidence;
}

struct TimelineEntry {
  std::uint64_t number = 0;  ///< counts the endpoint's changes from 1; filled in by the timeline
  TimeStamp time{};
  Cause cause = Cause::none;  ///< what happened: BACKEND_EJECTED, BREAKER_CLOSED, ...
  std::uint32_t from = 0;     ///< bits of Out
  std::uint32_t to = 0;
  Actor actor;
  Evidence evidence;
  std::optional<TimeStamp> until;       ///< the end of the ejection, or of the breaker's being open
  std::optional<TimeStamp> next_probe;  ///< when it has probes
};

/// The latest changes; older ones are forgotten.
class Timeline {
 public:
  static constexpr std::size_t capacity = 64;

  const TimelineEntry& add(TimelineEntry entry);
  /// Oldest first.
  [[nodiscard]] const std::deque<TimelineEntry>& entries() const { return entries_; }

 private:
  std::deque<TimelineEntry> entries_;
  std::uint64_t added_ = 0;
};

}  // namespace headgate::upstream
