#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/value_types.hpp"

namespace headgate::config {

/// `false`, or one of a few words; and `true`, if that is short for one of them.
template <class T>
Type<T> switch_or_word(T off, std::optional<T> on, const std::vector<std::pair<std::string, T>>& words) {
  const Type<T> word = choice(words);
  Type<T> out;
  out.shape = word.shape;
  out.shape.label = (on ? "true, false, " : "false, ") + word.shape.label;
  out.shape.expected = (on ? "true, false, " : "false, ") + word.shape.expected;
  const Json yes_no = on ? Json{{"type", "boolean"}} : Json{{"const", false}};
  out.shape.schema = {{"anyOf", Json::array({yes_no, word.shape.schema})}};
  out.read = [shape = out.shape, words, off, on](const Node& node, T& target, Findings& findings) {
    if (node.kind == Node::Kind::boolean && (!node.boolean || on)) {
      target = node.boolean ? *on : off;
      return;
    }
    for (const auto& [name, value] : words) {
      if (node.kind != Node::Kind::string || node.text != name) continue;
      target = value;
      return;
    }
    report(node, shape, "", findings);
  };
  out.write = [write = word.write, off](const T& value) -> Json { return value == off ? Json(false) : write(value); };
  return out;
}

}  // namespace headgate::config
