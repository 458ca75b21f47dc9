#include "observe/record_line.hpp"

#include <cmath>

#include "observe/json_line.hpp"
#include "observe/os_error_text.hpp"

namespace headgate::observe {
namespace {

void put(JsonLine& line, std::string_view name, const TextView& value) {
  if (!value.text.empty()) line.text(name, value.text, value.truncated);
}

/// Paths without query and fragment: they may carry tokens.
void put_path(JsonLine& line, TextView path) {
  const std::size_t cut = path.text.find_first_of("?#");
  if (cut != std::string_view::npos) path = {path.text.substr(0, cut), false};
  put(line, "path", path);
}

void put_time(JsonLine& line, TimeStamp time, Zone zone) {
  std::string text;
  append_rfc3339(text, time, zone);
  line.text("time", text);
}

void put_os_error(JsonLine& line, int number) {
  if (number == 0) return;
  line.text("os_error", os_error_text(number));
}

void put_millis(JsonLine& line, std::string_view name, std::int64_t microseconds) {
  if (microseconds >= 0) line.millis(name, microseconds);
}

void put_count(JsonLine& line, std::string_view name, std::int64_t count, std::int64_t absent) {
  if (count != absent) line.number(name, count);
}

void put_request(JsonLine& line, const RecordView& record) {
  put(line, "request_id", record.request_id);
  put(line, "client", record.client);
  put(line, "listener", record.listener);
  put(line, "method", record.method);
  put(line, "host", record.host);
  put_path(line, record.path);
}

void put_target(JsonLine& line, const RecordView& record) {
  put(line, "route", record.route);
  put(line, "upstream", record.upstream);
  put(line, "backend", record.backend);
}

}  // namespace

void append_failure_line(std::string& out, const RecordView& record, Zone zone) {
  const CauseInfo& cause = info(record.cause);
  JsonLine line{out};
  put_time(line, record.time, zone);
  line.text("level", to_string(record.level.value_or(default_level(record.cause))));
  line.text("cause", cause.name);
  line.text("origin", to_string(cause.origin));
  line.text("phase", to_string(record.phase.value_or(cause.phase)));
  put_request(line, record);
  put_target(line, record);
  put_count(line, "attempt", record.attempt, 0);
  if (record.retried) line.text("outcome", "retried");
  put_count(line, "status", record.status, 0);
  put_os_error(line, record.os_error);
  put_millis(line, "total_ms", record.total_us);
  put_millis(line, "connect_ms", record.connect_us);
  put_millis(line, "first_byte_ms", record.first_byte_us);
  put_count(line, "bytes_sent", record.bytes_sent, -1);
  put_count(line, "bytes_received", record.bytes_received, -1);
  line.text("message", cause.meaning);
  put(line, "detail", record.detail);
  line.number("worker", std::int64_t{record.worker});
  line.end();
}

void append_access_line(std::string& out, const RecordView& record, Zone zone) {
  JsonLine line{out};
  put_time(line, record.time, zone);
  put_request(line, record);
  put(line, "protocol", record.protocol);
  put_count(line, "status", record.status, 0);
  put_count(line, "bytes_sent", record.bytes_sent, -1);
  put_count(line, "bytes_received", record.bytes_received, -1);
  put_millis(line, "duration_ms", record.total_us);
  put_millis(line, "connect_ms", record.connect_us);
  put_millis(line, "first_byte_ms", record.first_byte_us);
  put_target(line, record);
  put_count(line, "attempts", record.attempt, 0);
  if (record.cause != Cause::none) line.text("cause", to_string(record.cause));
  put(line, "proxy_alpn", record.proxy_alpn);
  put(line, "proxy_authority", record.proxy_authority);
  put(line, "proxy_unique_id", record.proxy_unique_id);
  put(line, "tunnel", record.tunnel);
  put(line, "user_agent", record.user_agent);
  line.end();
}

void append_event_line(std::string& out, const LogEvent& event, Zone zone) {
  const CauseInfo& cause = info(event.cause);
  JsonLine line{out};
  put_time(line, event.time, zone);
  line.text("level", to_string(event.level));
  if (event.cause != Cause::none) {
    line.text("cause", cause.name);
    line.text("origin", to_string(cause.origin));
    line.text("phase", to_string(cause.phase));
  }
  line.text("message", event.message.empty() ? cause.meaning : std::string_view{event.message});
  for (const EventMember& member : event.members) {
    if (const auto* text = std::get_if<std::string>(&member.value)) {
      if (!text->empty()) line.text(member.name, *text);
    } else if (const auto* whole = std::get_if<std::int64_t>(&member.value)) {
      line.number(member.name, *whole);
    } else {
      line.millis(member.name, std::llround(std::get<double>(member.value) * 1000));
    }
  }
  line.end();
}

}  // namespace headgate::observe
