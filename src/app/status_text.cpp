#include "app/status_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <vector>

#include "app/columns.hpp"
#include "base/ascii.hpp"

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t shown_changes = 5;

std::string text_of(const Json& object, const char* name) { return object.value(name, std::string{}); }

std::string listeners_line(const Json& listeners) {
  std::string line;
  for (const Json& listener : listeners)
    line += fmt::format("{}{} {}", line.empty() ? "" : ", ", text_of(listener, "name"), text_of(listener, "address"));
  return line;
}

std::string configuration_line(const Json& configuration) {
  std::string line = fmt::format(
      "{}generation {}, since {}", configuration.contains("file") ? text_of(configuration, "file") + ", " : "",
      configuration.at("generation").get<std::uint64_t>(), clock_text(text_of(configuration, "since")));
  if (!configuration.contains("last_reload")) return line;
  const Json& reload = configuration.at("last_reload");
  if (text_of(reload, "result") != "refused") return line;
  line += fmt::format("\n               the last reload was refused at {}", clock_text(text_of(reload, "time")));
  for (const Json& reason : reload.at("reasons")) line += fmt::format("\n               {}", reason.get<std::string>());
  return line;
}

std::string state_line(const Json& state) {
  std::string line = text_of(state, "store");
  if (state.at("degraded").get<bool>())
    line += fmt::format(", DEGRADED since {}: {}", clock_text(text_of(state, "since")), text_of(state, "last_error"));
  return line;
}

std::string failures_line(const Json& failures) {
  std::vector<std::pair<std::uint64_t, std::string>> most;
  for (const auto& [cause, count] : failures.items()) most.emplace_back(count.get<std::uint64_t>(), cause);
  std::sort(most.rbegin(), most.rend());
  std::string line;
  for (const auto& [count, cause] : most) line += fmt::format("{}{} {}", line.empty() ? "" : ", ", cause, count);
  return line.empty() ? "none" : line;
}

std::string readiness_word(const Json& readiness) {
  if (readiness.at("ready").get<bool>()) return "ready";
  return readiness.at("draining").get<bool>() ? "DRAINING" : "NOT READY";
}

/// "BACKEND_EJECTED: up -> ejected by requests: 5 failures in a row, UPSTREAM_RESET"
std::string change_line(const Json& entry) {
  const Json& evidence = entry.at("evidence");
  std::string line = fmt::format("{}  {}: {} -> {}, by {}", clock_text(text_of(entry, "time")), text_of(entry, "cause"),
                                 text_of(entry, "from"), text_of(entry, "to"), text_of(entry, "by"));
  char separator = ':';
  const auto add = [&](const std::string& words) {
    line += fmt::format("{} {}", std::exchange(separator, ','), words);
  };
  const std::string text = evidence.contains("text") ? text_of(evidence, "text") : std::string{};
  if (!text.empty()) add(text);
  for (const char* name : {"failure", "os_error", "probe"})
    if (evidence.contains(name) && !base::iequals(text_of(evidence, name), text)) add(text_of(evidence, name));
  if (evidence.contains("status")) add("status " + std::to_string(evidence.at("status").get<int>()));
  if (entry.contains("until")) add("until " + clock_text(text_of(entry, "until")));
  return line;
}

std::vector<std::string> backend_cells(const Json& backend) {
  const Json& times = backend.at("first_byte_ms");
  const bool up = backend.at("up").get<bool>();
  const auto answered = times.at("count").get<std::uint64_t>();
  return {text_of(backend, "address"),
          up ? text_of(backend, "state") : "OUT: " + text_of(backend, "state"),
          "since " + clock_text(text_of(backend, "since")),
          fmt::format("{} running", backend.at("in_flight").get<std::uint64_t>()),
          fmt::format("{} answered", answered),
          fmt::format("{} failed", backend.at("failures").get<std::uint64_t>()),
          answered == 0
              ? ""
              : fmt::format("p50 {} ms, p99 {} ms", times.at("p50").get<double>(), times.at("p99").get<double>())};
}

/// Why a backend that is not simply up is so: its last changes, and what is to come.
std::string explanation(const Json& backend) {
  std::string text = fmt::format("\n  {}\n", text_of(backend, "address"));
  const Json& timeline = backend.at("timeline");
  for (std::size_t i = timeline.size() - std::min(timeline.size(), shown_changes); i < timeline.size(); ++i)
    text += "    " + change_line(timeline[i]) + '\n';
  const Json& health = backend.at("health");
  if (health.contains("last_probe")) {
    const Json& probe = health.at("last_probe");
    text += fmt::format("    last probe {}, {}{}\n", clock_text(text_of(probe, "time")), text_of(probe, "probe"),
                        probe.at("success").get<bool>() ? ": success" : ": " + text_of(probe, "error"));
  }
  if (health.contains("next_probe"))
    text += fmt::format("    next probe {}\n", clock_text(text_of(health, "next_probe")));
  return text;
}

std::string upstream_text(const Json& upstream) {
  const Json& backends = upstream.at("backends");
  const auto is_up = [](const Json& backend) { return backend.at("up").get<bool>(); };
  std::string text = fmt::format(
      "\n{} ({}): {} of {} backends up{}\n", text_of(upstream, "name"), text_of(upstream, "strategy"),
      std::count_if(backends.begin(), backends.end(), is_up), backends.size(),
      upstream.value("panic", false) ? "; PANIC: all of them are used, whatever is said of their health" : "");
  Columns table{{false, false, false, true, true, true, false}};
  for (const Json& backend : backends) table.row(backend_cells(backend));
  text += table.text(2);
  for (const Json& backend : backends)
    if (text_of(backend, "state") != "up") text += explanation(backend);
  return text;
}

}  // namespace

std::string clock_text(const std::string& time) {
  std::string text = time.substr(0, 19);
  std::replace(text.begin(), text.end(), 'T', ' ');
  return text;
}

std::string status_text(const Json& status, const Json& upstreams) {
  const Json& connections = status.at("connections");
  std::string text = fmt::format("headgate {}  {}  {}  since {} (times in UTC)\n", text_of(status, "version"),
                                 text_of(status, "instance"), readiness_word(status.at("readiness")),
                                 clock_text(text_of(status.at("process"), "started")));
  text += fmt::format("configuration  {}\n", configuration_line(status.at("configuration")));
  text += fmt::format("listeners      {}\n", listeners_line(status.at("listeners")));
  text += fmt::format("clients        {} connections ({} of them tunnels), {} accepted, {} refused\n",
                      connections.at("open").get<std::uint64_t>(), connections.at("tunnels").get<std::uint64_t>(),
                      connections.at("accepted").get<std::uint64_t>(), connections.at("refused").get<std::uint64_t>());
  text += fmt::format("state          {}\n", state_line(status.at("state")));
  text += fmt::format("failures       {}\n", failures_line(status.at("failures")));
  for (const Json& upstream : upstreams) text += upstream_text(upstream);
  return text;
}

}  // namespace headgate::app
