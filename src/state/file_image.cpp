#include "state/file_image.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <charconv>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "state/record_json.hpp"

namespace headgate::state {
namespace {

using Json = nlohmann::json;

constexpr std::string_view magic = "headgate-state 1 ";

std::string header_of(std::string_view body) {
  return fmt::format("{}{} {:016x}\n", magic, body.size(), XXH3_64bits(body.data(), body.size()));
}

Error broken(const char* why) { return Error{Cause::state_file_set_aside, why}; }

/// {"upstream": {"address": VALUE}}. `read`: a value, or nullopt. Returns how many it has left out: one that cannot be
/// read says nothing against the others.
template <class Value, class Read>
std::size_t read_by_backend(const Json& upstreams, std::map<BackendId, Value>& into, Read read) {
  std::size_t left_out = 0;
  for (const auto& [upstream, backends] : upstreams.items()) {
    if (!backends.is_object()) ++left_out;
    if (!backends.is_object()) continue;
    for (const auto& [address, json] : backends.items()) {
      if (const std::optional<Value> value = read(json))
        into.emplace(BackendId{upstream, address}, *value);
      else
        ++left_out;
    }
  }
  return left_out;
}

Json to_json(const Counts& counts) { return {counts.requests, counts.failures}; }

std::optional<Counts> counts_from(const Json& json) {
  const bool good = json.is_array() && json.size() == 2 && json[0].is_number_unsigned() && json[1].is_number_unsigned();
  return good ? std::optional{Counts{json[0], json[1]}} : std::nullopt;
}

std::size_t read_secrets(const Json& secrets, Image& image) {
  std::size_t left_out = 0;
  for (const auto& [name, value] : secrets.items()) {
    if (value.is_string() && is_secret(value.get_ref<const std::string&>()))
      image.secrets.emplace(name, value.get<std::string>());
    else
      ++left_out;
  }
  return left_out;
}

bool has_object(const Json& json, const char* name) {
  return json.is_object() && json.contains(name) && json[name].is_object();
}

}  // namespace

std::string to_image(const Ledger& ledger, const CountsByBackend& counts) {
  Json backends = Json::object();
  for (const auto& [backend, record] : ledger.records())
    if (!record.empty()) backends[backend.upstream][backend.address] = to_json(record);
  Json counted = Json::object();
  for (const auto& [backend, count] : counts)
    if (count.requests != 0) counted[backend.upstream][backend.address] = to_json(count);
  Json secrets = Json::object();
  for (const auto& [name, value] : ledger.secrets())
    if (value) secrets[name] = *value;
  const Json json{{"backends", std::move(backends)}, {"counts", std::move(counted)}, {"secrets", std::move(secrets)}};
  const std::string body = json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
  return header_of(body) + body;
}

Result<Image> image_from(std::string_view bytes, TimeStamp now) {
  if (bytes.empty()) return broken("it is empty");
  if (!bytes.starts_with(magic)) return broken("it is no state file of this version");
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return broken("it is torn");
  const std::string_view body = bytes.substr(end + 1);
  if (bytes.substr(0, end + 1) != header_of(body)) return broken("it is torn: size or checksum differ");
  const Json json = Json::parse(body, nullptr, false);
  if (!has_object(json, "backends") || !has_object(json, "counts") || !has_object(json, "secrets"))
    return broken("it holds something else than verdicts");
  Image image;
  image.unreadable +=
      read_by_backend(json["backends"], image.records, [now](const Json& record) { return record_from(record, now); });
  image.unreadable += read_by_backend(json["counts"], image.counts, counts_from);
  image.unreadable += read_secrets(json["secrets"], image);
  return image;
}

}  // namespace headgate::state
