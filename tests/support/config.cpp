#include "support/config.hpp"

#include <nlohmann/json.hpp>

namespace headgate::testing {

using nlohmann::json;

Value::Value(const char* text) : json{nlohmann::json(text).dump()} {}
Value::Value(const std::string& text) : json{nlohmann::json(text).dump()} {}

Value Value::of_json(std::string_view text) {
  Value result{0};
  result.json = text;
  return result;
}

Config Config::with(std::string_view pointer, const Value& value) const {
  json document = json::parse(text_);
  document[json::json_pointer{std::string(pointer)}] = json::parse(value.json);
  return Config{document.dump(2)};
}

Config Config::without(std::string_view pointer) const {
  json document = json::parse(text_);
  const json::json_pointer place{std::string(pointer)};
  json& parent = document[place.parent_pointer()];
  if (parent.is_array()) {
    parent.erase(static_cast<std::size_t>(std::stoul(place.back())));
  } else {
    parent.erase(place.back());
  }
  return Config{document.dump(2)};
}

Config route_all_to(std::initializer_list<std::string> backend_urls) {
  json backends = json::array();
  for (const std::string& url : backend_urls) backends.push_back({{"url", url}});
  json document = {
      {"workers", 1},
      {"listeners", json::array({{{"name", "web"}, {"address", "127.0.0.1:0"}}})},
      {"routes", json::array({{{"name", "all"}, {"match", {{"path_prefix", "/"}}}, {"upstream", "origin"}}})},
      {"upstreams", {{"origin", {{"backends", backends}}}}},
      {"timeouts", {{"drain", "2s"}}},
      {"logging", {{"level", "debug"}}},
  };
  return Config{document.dump(2)};
}

}  // namespace headgate::testing
