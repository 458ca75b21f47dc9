#include "config/value_types.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "config/address.hpp"

namespace headgate::config {
namespace {

constexpr const char* hidden_secret = "(hidden)";

std::string zero_words(Zero zero) {
  if (zero == Zero::no_limit) return ", or 0 for no limit";
  return zero == Zero::off ? ", or 0 for none" : "";
}

/// A whole number, also one that a reference brought in as text.
std::optional<std::uint64_t> whole_number(const Node& node) {
  if (node.kind == Node::Kind::integer && (!node.negative || node.number == 0)) return node.number;
  if (node.kind != Node::Kind::string || !node.referenced) return std::nullopt;
  std::uint64_t value = 0;
  const char* last = node.text.data() + node.text.size();
  const auto [end, error] = std::from_chars(node.text.data(), last, value);
  if (error != std::errc{} || end != last) return std::nullopt;
  return value;
}

Json bounds_schema(std::uint64_t least, std::uint64_t most, Zero zero) {
  Json range{{"type", "integer"}, {"minimum", zero == Zero::refused || least <= 1 ? least : 0}, {"maximum", most}};
  if (zero != Zero::refused && least <= 1) range["minimum"] = 0;
  return range;
}

template <class T>
Type<T> bounded(Shape shape, std::uint64_t least, std::uint64_t most, Zero zero) {
  Type<T> out;
  out.shape = std::move(shape);
  out.read = [told = out.shape, least, most, zero](const Node& node, T& target, Findings& findings) {
    const auto value = whole_number(node);
    const bool fits = value && ((*value >= least && *value <= most) || (*value == 0 && zero != Zero::refused));
    if (!fits) return report(node, told, "", findings);
    target = static_cast<T>(*value);
  };
  out.write = [](const T& value) -> Json { return value; };
  return out;
}

/// A string of which `parse` makes a T.
template <class T, class Parse>
Type<T> parsed(Shape shape, Parse parse, std::function<Json(const T&)> write) {
  Type<T> out;
  out.shape = std::move(shape);
  out.read = [told = out.shape, parse](const Node& node, T& target, Findings& findings) {
    const std::string* found = string_of(node, told, findings);
    if (found == nullptr) return;
    auto result = parse(*found);
    if (!result.value) return report(node, told, result.problem, findings);
    target = std::move(*result.value);
  };
  out.write = std::move(write);
  return out;
}

}  // namespace

const std::string* string_of(const Node& node, const Shape& shape, Findings& findings) {
  if (node.kind == Node::Kind::string) return &node.text;
  report(node, shape, "", findings);
  return nullptr;
}

Json escaped(const std::string& text) {
  std::string out;
  const std::string_view view = text;
  for (std::size_t i = 0; i < view.size(); ++i) {
    const std::string_view rest = view.substr(i);
    const bool after_dollar = i > 0 && view[i - 1] == '$' && rest.starts_with("${");
    if (after_dollar || rest.starts_with("${env:") || rest.starts_with("${file:")) out += '$';
    out += view[i];
  }
  return out;
}

Json or_reference(Json schema) {
  return {{"anyOf", Json::array({std::move(schema), {{"$ref", "#/definitions/reference"}}})}};
}

Shape string_shape(std::string label) {
  Shape out;
  out.expected = label;
  out.label = label.starts_with("a ") ? label.substr(2) : label.starts_with("an ") ? label.substr(3) : label;
  out.schema = {{"type", "string"}};
  return out;
}

Shape word_shape(const std::vector<std::string>& words) {
  Shape out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string between = i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    out.expected += between + '"' + words[i] + '"';
  }
  out.label = out.expected;
  out.schema = or_reference({{"enum", words}});
  return out;
}

Type<bool> boolean() {
  Type<bool> out;
  out.shape = {"boolean", "true or false", or_reference({{"type", "boolean"}}), nullptr};
  out.read = [shape = out.shape](const Node& node, bool& target, Findings& findings) {
    const bool from_text = node.referenced && (node.text == "true" || node.text == "false");
    if (node.kind != Node::Kind::boolean && !from_text) return report(node, shape, "", findings);
    target = from_text ? node.text == "true" : node.boolean;
  };
  out.write = [](const bool& value) -> Json { return value; };
  return out;
}

Type<std::uint32_t> integer(std::uint32_t least, std::uint32_t most, Zero zero) {
  const std::string range = std::to_string(least) + " to " + std::to_string(most) + zero_words(zero);
  Shape shape{"whole number, " + range, "a whole number from " + range, or_reference(bounds_schema(least, most, zero)),
              nullptr};
  return bounded<std::uint32_t>(std::move(shape), least, most, zero);
}

Type<std::uint16_t> status(std::uint16_t least, std::uint16_t most) {
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  Shape shape{"status, " + range, "a status from " + range, or_reference(bounds_schema(least, most, Zero::refused)),
              nullptr};
  return bounded<std::uint16_t>(std::move(shape), least, most, Zero::refused);
}

Type<std::uint16_t> status(std::vector<std::uint16_t> allowed) {
  Type<std::uint16_t> out = status(allowed.front(), allowed.back());
  std::string list;
  for (const auto code : allowed)
    list += (list.empty() ? "" : code == allowed.back() ? " or " : ", ") + std::to_string(code);
  out.shape = {list, "the status " + list, or_reference({{"enum", allowed}}), nullptr};
  out.read = [shape = out.shape, allowed](const Node& node, std::uint16_t& target, Findings& findings) {
    const auto value = whole_number(node);
    const auto found = std::find(allowed.begin(), allowed.end(), value.value_or(0));
    if (found == allowed.end()) return report(node, shape, "", findings);
    target = *found;
  };
  return out;
}

Type<std::uint64_t> size(std::uint64_t least, std::uint64_t most, Zero zero) {
  const std::string range = format_size(least) + " to " + format_size(most) + zero_words(zero);
  Type<std::uint64_t> out;
  Json number = bounds_schema(least, most, zero);
  Json string{{"type", "string"}, {"pattern", "^[0-9]+(B|KiB|MiB|GiB)?$"}};
  out.shape = {"size, " + range,
               "a size such as 4096 or \"32KiB\", from " + range,
               {{"anyOf", Json::array({number, string, {{"$ref", "#/definitions/reference"}}})}},
               nullptr};
  out.read = [shape = out.shape, least, most, zero](const Node& node, std::uint64_t& target, Findings& findings) {
    Outcome<std::uint64_t> value;
    value.value = whole_number(node);
    if (!value.value && node.kind == Node::Kind::string) value = parse_size(node.text);
    const bool fits = value.value &&
                      ((*value.value >= least && *value.value <= most) || (*value.value == 0 && zero != Zero::refused));
    if (!fits) return report(node, shape, value.problem, findings);
    target = *value.value;
  };
  out.write = [](const std::uint64_t& value) -> Json {
    std::string words = format_size(value);
    if (words.ends_with('B')) return words;
    return value;
  };
  return out;
}

Type<Duration> duration(Duration least, Duration most, Zero zero) {
  const std::string range = format(least) + " to " + format(most) + zero_words(zero);
  Type<Duration> out;
  Json string{{"type", "string"}, {"pattern", zero == Zero::refused ? "^[0-9]+(ms|s|m|h)$" : "^(0|[0-9]+(ms|s|m|h))$"}};
  Json choices = Json::array({string, {{"$ref", "#/definitions/reference"}}});
  if (zero != Zero::refused) choices.push_back({{"const", 0}});
  out.shape = {"duration, " + range, "a duration such as \"5s\", from " + range, {{"anyOf", choices}}, nullptr};
  out.read = [shape = out.shape, least, most, zero](const Node& node, Duration& target, Findings& findings) {
    Outcome<Duration> value;
    if (zero != Zero::refused && whole_number(node) == 0U) value.value = Duration{0};
    if (node.kind == Node::Kind::string && !value.value) value = parse_duration(node.text);
    if (node.kind == Node::Kind::integer && !value.value) value.problem = "a duration is a string with its unit";
    const bool fits = value.value && ((*value.value >= least && *value.value <= most) ||
                                      (value.value->count() == 0 && zero != Zero::refused));
    if (!fits) return report(node, shape, value.problem, findings);
    target = *value.value;
  };
  out.write = [](const Duration& value) -> Json { return format(value); };
  return out;
}

Type<std::string> text(std::string label, Problem (*check)(std::string_view)) {
  const auto parse = [check](const std::string& found) -> Outcome<std::string> {
    if (auto problem = check(found)) return Outcome<std::string>::wrong(*problem);
    return {found, {}};
  };
  return parsed<std::string>(string_shape(std::move(label)), parse,
                             [](const std::string& value) { return escaped(value); });
}

Type<std::string> secret(std::string label, Problem (*check)(std::string_view)) {
  Type<std::string> out = text(label, check);
  out.read = [read = out.read, label, check](const Node& node, std::string& target, Findings& findings) {
    if (node.kind == Node::Kind::string && !node.unresolved)
      if (const auto problem = check(node.text)) return findings.error(node, "this is not " + label + ": " + *problem);
    Node unseen = node;
    unseen.referenced = true;  // so that no message quotes it
    read(unseen, target, findings);
  };
  out.write = [](const std::string&) -> Json { return hidden_secret; };
  return out;
}

Type<std::string> normalised(std::string label, Outcome<std::string> (*parse)(std::string_view)) {
  return parsed<std::string>(string_shape(std::move(label)), parse,
                             [](const std::string& value) { return escaped(value); });
}

Type<Endpoint> listen_address() {
  return parsed<Endpoint>(
      string_shape("an address such as \"0.0.0.0:8080\", \"[::1]:8080\" or \"unix:/run/headgate.sock\""),
      parse_listen_address,
      [](const Endpoint& value) -> Json { return value == Endpoint{} ? Json{} : escaped(to_string(value)); });
}

Type<Endpoint> backend_address() {
  return parsed<Endpoint>(
      string_shape("a url such as \"http://10.0.0.1:9000\" or \"unix:/run/app.sock\""), parse_backend_url,
      [](const Endpoint& value) -> Json { return value == Endpoint{} ? Json{} : escaped(backend_url(value)); });
}

Type<std::uint32_t> auto_or_integer(std::uint32_t most) {
  Type<std::uint32_t> out = integer(1, most);
  out.shape.label = "\"auto\" or " + out.shape.label;
  out.shape.expected = "\"auto\" or " + out.shape.expected;
  out.shape.schema["anyOf"].push_back({{"const", "auto"}});
  out.read = [shape = out.shape, most](const Node& node, std::uint32_t& target, Findings& findings) {
    const auto number = whole_number(node);
    if (node.kind == Node::Kind::string && node.text == "auto") {
      target = 0;
    } else if (number && *number >= 1 && *number <= most) {
      target = static_cast<std::uint32_t>(*number);
    } else {
      report(node, shape, "", findings);
    }
  };
  out.write = [](const std::uint32_t& value) -> Json { return value == 0 ? Json("auto") : Json(value); };
  return out;
}

Type<bool> time_zone() { return choice<bool>({{"utc", false}, {"local", true}}); }

}  // namespace headgate::config
