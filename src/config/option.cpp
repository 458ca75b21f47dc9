#include "config/option.hpp"

#include "base/edit_distance.hpp"

namespace headgate::config {
namespace {

void report_unknown(const Table& table, const Node& node, const Member& member, Findings& findings) {
  const std::string pointer = append_pointer(node.pointer, member.key);
  for (const std::string_view key : table.later) {
    if (key == member.key) {
      findings.error(member.offset, pointer, "not supported by this version");
      return;
    }
  }
  std::vector<std::string_view> known;
  for (const Option& option : table.options) known.push_back(option.key);
  const std::string_view near = nearest(member.key, known);
  findings.error(member.offset, pointer,
                 "unknown key" + (near.empty() ? "" : "; did you mean \"" + std::string{near} + "\"?"));
}

}  // namespace

const Option* Table::find(std::string_view key) const {
  for (const Option& option : options)
    if (option.key == key) return &option;
  return nullptr;
}

void Table::read(const Node& node, void* object, Findings& findings) const {
  for (const Member& member : node.members) {
    const Option* option = find(member.key);
    if (option == nullptr) {
      report_unknown(*this, node, member, findings);
    } else if (option->read) {
      option->read(member.value, object, findings);
    }
  }
  for (const Option& option : options)
    if (option.required && node.find(option.key) == nullptr)
      findings.error(node, "\"" + option.key + "\" is missing; expected " + option.shape.expected);
}

Json Table::write(const void* object) const {
  Json out = Json::object();
  for (const Option& option : options) {
    if (!option.write) continue;
    Json value = option.write(object);
    if (!value.is_null()) out[option.key] = std::move(value);
  }
  return out;
}

void report(const Node& node, const Shape& shape, const std::string& why, Findings& findings) {
  if (node.unresolved) return;
  if (node.referenced) {
    findings.error(node, "the value of " + shown(node) + " is not " + shape.expected);
    return;
  }
  findings.error(node, "found " + shown(node) + ", expected " + shape.expected + (why.empty() ? "" : ": " + why));
}

}  // namespace headgate::config
