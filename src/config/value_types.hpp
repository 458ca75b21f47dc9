// Types of single values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/grammar.hpp"
#include "config/option.hpp"
#include "config/outcome.hpp"
#include "config/quantity.hpp"
#include "headgate/endpoint.hpp"

namespace headgate::config {

/// Whether zero is taken beside the bounds, and what it then means.
enum class Zero : std::uint8_t { refused, no_limit, off };

Type<bool> boolean();
Type<std::uint32_t> integer(std::uint32_t least, std::uint32_t most, Zero zero = Zero::refused);
Type<std::uint16_t> status(std::vector<std::uint16_t> allowed);
Type<std::uint16_t> status(std::uint16_t least, std::uint16_t most);
Type<std::uint64_t> size(std::uint64_t least, std::uint64_t most, Zero zero = Zero::refused);
Type<Duration> duration(Duration least, Duration most, Zero zero = Zero::refused);
/// `label` for docs, with its article for messages: "a method token".
Type<std::string> text(std::string label, Problem (*check)(std::string_view));
/// A text that is never shown.
Type<std::string> secret(std::string label, Problem (*check)(std::string_view));
/// A text that is stored in another spelling than the one it was written in.
Type<std::string> normalised(std::string label, Outcome<std::string> (*parse)(std::string_view));
Type<Endpoint> listen_address();
Type<Endpoint> backend_address();
/// "auto" is 0.
Type<std::uint32_t> auto_or_integer(std::uint32_t most);
/// "utc" is false, "local" true.
Type<bool> time_zone();

/// One of a few words, each standing for a value of T.
template <class T>
Type<T> choice(std::vector<std::pair<std::string, T>> words);

/// The text of a string node; anything else is reported.
const std::string* string_of(const Node& node, const Shape& shape, Findings& findings);
/// A text as JSON that interpolation leaves as it is.
Json escaped(const std::string& text);
Shape word_shape(const std::vector<std::string>& words);
/// The shape of any string with an optional example.
Shape string_shape(std::string label);
/// Wraps a schema so that a string with a reference is taken as well.
Json or_reference(Json schema);

template <class T>
Type<T> choice(std::vector<std::pair<std::string, T>> words) {
  std::vector<std::string> names;
  for (const auto& [name, value] : words) names.push_back(name);
  Type<T> out;
  out.shape = word_shape(names);
  out.read = [shape = out.shape, words](const Node& node, T& target, Findings& findings) {
    const std::string* found = string_of(node, shape, findings);
    if (found == nullptr) return;
    for (const auto& [name, value] : words) {
      if (name != *found) continue;
      target = value;
      return;
    }
    report(node, shape, "", findings);
  };
  out.write = [words](const T& value) -> Json {
    for (const auto& [name, candidate] : words)
      if (candidate == value) return name;
    return nullptr;
  };
  return out;
}

}  // namespace headgate::config
