#include "config/schema.hpp"

#include <utility>

#include "config/option_table.hpp"
#include "config/walk.hpp"

namespace headgate::config {
namespace {

Json option_schema(const Option& option) {
  Json out = option.shape.schema;
  // Draft 7 ignores whatever stands beside a "$ref".
  if (out.contains("$ref")) out = {{"allOf", Json::array({std::move(out)})}};
  out["description"] = option.description;
  if (!option.fallback.is_null() && option.shape.table == nullptr) out["default"] = option.fallback;
  return out;
}

Json table_schema(const Table& table) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const Option& option : table.options) {
    properties[option.key] = option_schema(option);
    if (option.required) required.push_back(option.key);
  }
  Json out{{"type", "object"}, {"additionalProperties", false}, {"properties", std::move(properties)}};
  if (!required.empty()) out["required"] = std::move(required);
  for (const auto& [keyword, value] : table.conditions.items()) out[keyword] = value;
  return out;
}

}  // namespace

std::string schema_json() {
  Json out{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", "Headgate configuration"}};
  Json definitions = Json::object();
  definitions["reference"] = {{"type", "string"},
                              {"pattern", "\\$\\{(env|file):[^}]+\\}"},
                              {"description", "A text with ${env:NAME} or ${file:PATH} in it."}};
  for (const Table* table : tables_in_order()) {
    if (table == &root_table()) {
      out.update(table_schema(*table));
    } else {
      definitions[table->name] = table_schema(*table);
    }
  }
  out["definitions"] = std::move(definitions);
  return out.dump(2) + "\n";
}

}  // namespace headgate::config
