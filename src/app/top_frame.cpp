#include "app/top_frame.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "app/columns.hpp"
#include "app/status_text.hpp"

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;

/// The element of an array with that name; null: it was not there then.
const Json* find(const Json& array, const char* key, const Json& value) {
  for (const Json& element : array)
    if (element.at(key) == value) return &element;
  return nullptr;
}

/// Growth a second of figures in two versions of one object.
class Rates {
 public:
  Rates(const Json* before, const Json& now, double seconds) : before_{before}, now_{now}, seconds_{seconds} {}

  [[nodiscard]] double growth(const char* object, const char* member) const {
    const double now = number(&now_, object, member);
    const double before = number(before_, object, member);
    return now < before ? now : now - before;  // it has started anew
  }
  [[nodiscard]] std::string rate(const char* object, const char* member) const {
    return fmt::format("{:.1f}", growth(object, member) / seconds_);
  }
  /// Mean time of what ended in between, in milliseconds; "-": nothing did.
  [[nodiscard]] std::string mean(const char* times) const {
    const double count = growth(times, "count");
    return count == 0 ? "-" : fmt::format("{:.2f}", growth(times, "sum") / count);
  }

 private:
  /// `object` empty: a member of the whole.
  static double number(const Json* of, const char* object, const char* member) {
    if (of == nullptr) return 0;
    const Json& from = *object == '\0' ? *of : of->at(object);
    const auto found = from.find(member);
    return found == from.end() ? 0 : found->get<double>();
  }

  const Json* before_;
  const Json& now_;
  double seconds_;
};

std::string routes_table(const Look& before, const Look& now, double seconds) {
  Columns table{{false, true, true, true, true, true, true, true}};
  table.row({"ROUTE", "REQ/S", "2xx/S", "4xx/S", "5xx/S", "MEAN MS", "P99 MS", "SENT KB/S"});
  for (const Json& route : now.status.at("routes")) {
    const Rates rates{find(before.status.at("routes"), "name", route.at("name")), route, seconds};
    const auto name = route.at("name").get<std::string>();
    table.row({name.empty() ? "(none)" : name, rates.rate("duration_ms", "count"), rates.rate("responses", "2xx"),
               rates.rate("responses", "4xx"), rates.rate("responses", "5xx"), rates.mean("duration_ms"),
               fmt::format("{}", route.at("duration_ms").at("p99").get<double>()),
               fmt::format("{:.1f}", rates.growth("", "body_bytes_sent") / seconds / 1000)});
  }
  return table.text();
}

std::string backends_table(const Look& before, const Look& now, double seconds) {
  Columns table{{false, false, true, true, true, true, true, true, true}};
  table.row({"BACKEND", "STATE", "REQ/S", "FAIL/S", "RETRY/S", "RUNNING", "MEAN MS", "P99 MS", "IDLE"});
  for (const Json& upstream : now.upstreams) {
    const auto name = upstream.at("name").get<std::string>();
    table.row({fmt::format("{} ({})", name, upstream.at("strategy").get<std::string>())});
    const Json* const old = find(before.upstreams, "name", upstream.at("name"));
    for (const Json& backend : upstream.at("backends")) {
      const Json* const was = old == nullptr ? nullptr : find(old->at("backends"), "address", backend.at("address"));
      const Rates rates{was, backend, seconds};
      table.row({"  " + backend.at("address").get<std::string>(), backend.at("state").get<std::string>(),
                 rates.rate("first_byte_ms", "count"), rates.rate("", "failures"), rates.rate("", "retries"),
                 fmt::format("{}", backend.at("in_flight").get<std::uint64_t>()), rates.mean("first_byte_ms"),
                 fmt::format("{}", backend.at("first_byte_ms").at("p99").get<double>()),
                 fmt::format("{}", backend.at("pool").at("idle").get<std::uint64_t>())});
    }
  }
  return table.text();
}

}  // namespace

std::string top_frame(const Look& before, const Look& now) {
  const double seconds = std::chrono::duration<double>(now.at - before.at).count();
  const Json& status = now.status;
  const Rates clients{&before.status, status, seconds};
  std::string frame = fmt::format("headgate {}  {}  {}  {} UTC\n", status.at("version").get<std::string>(),
                                  status.at("instance").get<std::string>(),
                                  status.at("readiness").at("ready").get<bool>() ? "ready" : "NOT READY",
                                  clock_text(status.at("time").get<std::string>()));
  frame += fmt::format(
      "clients: {} open, {}/s new   memory: {} MB   cpu: {:.0f} %   state: {}{}\n\n",
      status.at("connections").at("open").get<std::uint64_t>(), clients.rate("connections", "accepted"),
      status.at("process").at("resident_bytes").get<std::uint64_t>() / 1'000'000,
      100 * clients.growth("process", "cpu_seconds") / seconds, status.at("state").at("store").get<std::string>(),
      status.at("state").at("degraded").get<bool>() ? " DEGRADED" : "");
  frame += routes_table(before, now, seconds) + '\n' + backends_table(before, now, seconds);
  return frame;
}

}  // namespace headgate::app
