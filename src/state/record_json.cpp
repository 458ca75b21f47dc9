#include "state/record_json.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace headgate::state {
namespace {

using Json = nlohmann::json;

/// By the change's index.
constexpr std::array<const char*, std::variant_size_v<Change>> kinds{"drain", "ejection", "breaker", "probes"};
constexpr std::size_t longest_text = 256;
/// A year beyond 9999 is no time that we wrote.
constexpr std::int64_t latest_time = 253'402'300'799'999'999;

std::int64_t number(TimeStamp time) { return time.time_since_epoch().count(); }

Json values_of(const Drain& drain) { return {{"on", drain.on}}; }
Json values_of(const Ejection& ejection) {
  return {{"until", number(ejection.until)}, {"count", ejection.count}, {"by_operator", ejection.by_operator}};
}
Json values_of(const Breaker& breaker) { return {{"open", breaker.open}, {"until", number(breaker.until)}}; }
Json values_of(const Probes& probes) { return {{"healthy", probes.healthy}}; }

/// Reads the members of one object; remembers whether each was what it should be.
class Members {
 public:
  explicit Members(const Json& object) : object_{object}, good_{object.is_object()} {}

  bool boolean(const char* name) {
    const Json* const member = find(name);
    if (member != nullptr && member->is_boolean()) return member->get<bool>();
    return good_ = false;
  }
  std::int64_t integer(const char* name, std::int64_t most) {
    const Json* const member = find(name);
    if (member != nullptr && member->is_number_integer()) {
      const auto value = member->get<std::int64_t>();
      if (value >= 0 && value <= most) return value;
    }
    good_ = false;
    return 0;
  }
  TimeStamp time(const char* name, std::int64_t latest = latest_time) {
    return TimeStamp{std::chrono::microseconds{integer(name, latest)}};
  }
  std::string text(const char* name) {
    const Json* const member = find(name);
    if (member != nullptr && member->is_string()) return member->get_ref<const std::string&>().substr(0, longest_text);
    good_ = false;
    return {};
  }
  [[nodiscard]] bool good() const { return good_; }

 private:
  const Json* find(const char* name) const {
    if (!object_.is_object()) return nullptr;
    const auto found = object_.find(name);
    return found == object_.end() ? nullptr : &*found;
  }

  const Json& object_;
  bool good_;
};

Change change_from(std::size_t kind, Members& members) {
  switch (kind) {
    case 0:
      return Drain{members.boolean("on")};
    case 1:
      return Ejection{members.time("until"), static_cast<std::uint32_t>(members.integer("count", UINT32_MAX)),
                      members.boolean("by_operator")};
    case 2:
      return Breaker{members.boolean("open"), members.time("until")};
    default:
      return Probes{members.boolean("healthy")};
  }
}

}  // namespace

Json to_json(const Record& record) {
  Json json = Json::object();
  for (const Entry& entry : record.entries()) {
    Json values = std::visit([](const auto& change) { return values_of(change); }, entry.change);
    values["at"] = number(entry.at);
    values["by"] = entry.by.substr(0, longest_text);
    values["why"] = entry.why.substr(0, longest_text);
    json[kinds[entry.change.index()]] = std::move(values);
  }
  return json;
}

std::optional<Record> record_from(const Json& json, TimeStamp now) {
  if (!json.is_object()) return std::nullopt;
  Record record;
  for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
    const auto found = json.find(kinds[kind]);
    if (found == json.end()) continue;
    Members members{*found};
    const Change change = change_from(kind, members);
    const Entry entry{change, members.time("at", number(now + most_ahead)), members.text("by"), members.text("why")};
    if (!members.good()) return std::nullopt;
    record.put(entry);
  }
  return record;
}

std::string to_text(const Record& record) {
  return to_json(record).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Record> record_from_text(std::string_view text, TimeStamp now) {
  // Four entries with the longest texts, every character escaped, are not half as long.
  constexpr std::size_t longest_record = 32 * 1024;
  if (text.size() > longest_record) return std::nullopt;
  return record_from(Json::parse(text, nullptr, false), now);
}

}  // namespace headgate::state
