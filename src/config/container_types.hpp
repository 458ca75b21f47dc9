// Types made of other types: arrays, maps, objects with a table, values that may be absent.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/grammar.hpp"
#include "config/option.hpp"

namespace headgate::config {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// A JSON object of strings, in the order of the file.
Type<Pairs> pairs(std::string label, Problem (*check_key)(std::string_view), Type<std::string> value,
                  bool key_ignores_case);

/// Refers to the table's entry among the schema's definitions.
Shape object_shape(const Table& table);
Shape array_shape(const Shape& item);
Shape map_shape(const Shape& item);
bool require_kind(const Node& node, Node::Kind kind, const Shape& shape, Findings& findings);

template <class S>
Type<S> object(const Table& table) {
  Type<S> out;
  out.shape = object_shape(table);
  out.read = [&table, shape = out.shape](const Node& node, S& target, Findings& findings) {
    if (require_kind(node, Node::Kind::object, shape, findings)) table.read(node, &target, findings);
  };
  out.write = [&table](const S& value) { return table.write(&value); };
  return out;
}

/// An item that is wrong still takes its place: indices stay those of the file.
template <class T>
Type<std::vector<T>> array(Type<T> item) {
  Type<std::vector<T>> out;
  out.shape = array_shape(item.shape);
  out.read = [read = item.read, shape = out.shape](const Node& node, std::vector<T>& target, Findings& findings) {
    if (!require_kind(node, Node::Kind::array, shape, findings)) return;
    target.resize(node.items.size());
    for (std::size_t i = 0; i < node.items.size(); ++i) read(node.items[i], target[i], findings);
  };
  out.write = [write = item.write](const std::vector<T>& value) {
    Json all = Json::array();
    for (const T& each : value) all.push_back(write(each));
    return all;
  };
  return out;
}

template <class T>
Type<std::optional<T>> optional(Type<T> type) {
  Type<std::optional<T>> out;
  out.shape = type.shape;
  out.read = [read = type.read](const Node& node, std::optional<T>& target, Findings& findings) {
    target.emplace();
    read(node, *target, findings);
  };
  out.write = [write = type.write](const std::optional<T>& value) { return value ? write(*value) : Json{}; };
  return out;
}

/// A JSON object whose keys are names, or whatever `key_problem` says.
template <class T>
Type<std::map<std::string, T>> map(Type<T> item, Problem (*key_problem)(std::string_view) = name_problem) {
  Type<std::map<std::string, T>> out;
  out.shape = map_shape(item.shape);
  out.read = [read = item.read, shape = out.shape, key_problem](const Node& node, std::map<std::string, T>& target,
                                                                Findings& findings) {
    if (!require_kind(node, Node::Kind::object, shape, findings)) return;
    for (const Member& member : node.members) {
      if (const auto problem = key_problem(member.key))
        findings.error(member.offset, append_pointer(node.pointer, member.key), *problem);
      read(member.value, target[member.key], findings);
    }
  };
  out.write = [write = item.write](const std::map<std::string, T>& value) {
    Json all = Json::object();
    for (const auto& [name, each] : value) all[name] = write(each);
    return all;
  };
  return out;
}

}  // namespace headgate::config
