#include "config/container_types.hpp"

#include <set>

#include "config/host_name.hpp"
#include "config/value_types.hpp"

namespace headgate::config {

bool require_kind(const Node& node, Node::Kind kind, const Shape& shape, Findings& findings) {
  if (node.kind == kind) return true;
  report(node, shape, "", findings);
  return false;
}

Shape object_shape(const Table& table) {
  return {"object", "an object", {{"$ref", "#/definitions/" + table.name}}, &table};
}

Shape array_shape(const Shape& item) {
  const std::string of = item.table != nullptr ? item.table->name + " objects" : item.label;
  return {item.table != nullptr ? "array of " + of : "array, each " + item.expected,
          "an array",
          {{"type", "array"}, {"items", item.schema}},
          item.table};
}

Shape map_shape(const Shape& item) {
  const std::string of = item.table != nullptr ? item.table->name + " objects" : item.label;
  return {
      "map of names to " + of, "an object", {{"type", "object"}, {"additionalProperties", item.schema}}, item.table};
}

Type<Pairs> pairs(std::string label, Problem (*check_key)(std::string_view), Type<std::string> value,
                  bool key_ignores_case) {
  Type<Pairs> out;
  out.shape = map_shape(value.shape);
  out.shape.label = std::move(label);
  out.read = [=, shape = out.shape](const Node& node, Pairs& target, Findings& findings) {
    if (!require_kind(node, Node::Kind::object, shape, findings)) return;
    std::set<std::string> seen;
    for (const Member& member : node.members) {
      const std::string pointer = append_pointer(node.pointer, member.key);
      if (const auto problem = check_key(member.key)) findings.error(member.offset, pointer, *problem);
      if (key_ignores_case && !seen.insert(lower_case(member.key)).second)
        findings.error(member.offset, pointer, "the same name stands twice; case makes no difference");
      target.emplace_back(member.key, "");
      value.read(member.value, target.back().second, findings);
    }
  };
  out.write = [](const Pairs& all) {
    Json object = Json::object();
    for (const auto& [key, text] : all) object[key] = escaped(text);
    return object;
  };
  return out;
}

}  // namespace headgate::config
