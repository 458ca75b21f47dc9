#include "config/status_types.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/container_types.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

std::optional<std::uint16_t> number_in(std::string_view digits) {
  std::uint16_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

/// "200" or "200-399", within the bounds.
std::optional<StatusRange> parse_range(std::string_view text, StatusRange bounds) {
  const std::size_t dash = text.find('-');
  const auto first = number_in(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number_in(text.substr(dash + 1));
  if (!first || !last || *first > *last || !bounds.contains(*first) || !bounds.contains(*last)) return std::nullopt;
  return StatusRange{*first, *last};
}

/// A number in the file is as good as a string.
std::string text_of(const Node& node) {
  if (node.kind == Node::Kind::integer && !node.negative) return std::to_string(node.number);
  return node.kind == Node::Kind::string ? node.text : std::string{};
}

Json written(const StatusRange& range) {
  std::string out = std::to_string(range.first);
  if (range.last != range.first) out += "-" + std::to_string(range.last);
  return out;
}

Json range_schema(StatusRange bounds) {
  return {{"anyOf", Json::array({{{"type", "string"}, {"pattern", "^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$"}},
                                 {{"type", "integer"}, {"minimum", bounds.first}, {"maximum", bounds.last}},
                                 {{"$ref", "#/definitions/reference"}}})}};
}

Shape array_of(Shape item, std::string label) {
  Shape out = array_shape(item);
  out.label = std::move(label);
  return out;
}

std::string words(StatusRange bounds) { return std::to_string(bounds.first) + " to " + std::to_string(bounds.last); }

std::optional<base::GrpcStatus> grpc_status_named(std::string_view text) {
  for (const auto& [status, name] : base::retried_grpc_statuses)
    if (text == name) return status;
  return std::nullopt;
}

Json failure_names() {
  Json names = Json::array({"connect_failure", "reset", "timeout"});
  for (const auto& [status, name] : base::retried_grpc_statuses) names.push_back(std::string{name});
  return names;
}

}  // namespace

Type<StatusRanges> status_ranges(std::uint16_t least, std::uint16_t most) {
  const StatusRange bounds{least, most};
  const Shape item{"status", "a status such as \"200\" or a range such as \"200-399\", from " + words(bounds),
                   range_schema(bounds), nullptr};
  Type<StatusRanges> out;
  out.shape = array_of(item, "array of statuses and ranges, " + words(bounds));
  out.read = [shape = out.shape, item, bounds](const Node& node, StatusRanges& target, Findings& findings) {
    if (!require_kind(node, Node::Kind::array, shape, findings)) return;
    target.clear();
    for (const Node& each : node.items) {
      if (const auto range = parse_range(text_of(each), bounds))
        target.push_back(*range);
      else
        report(each, item, "", findings);
    }
  };
  out.write = [](const StatusRanges& value) {
    Json all = Json::array();
    for (const StatusRange& range : value) all.push_back(written(range));
    return all;
  };
  return out;
}

Type<RetryOn> retry_on() {
  constexpr StatusRange bounds{400, 599};
  Json schema = range_schema(bounds);
  schema["anyOf"].push_back({{"enum", failure_names()}});
  const Shape item{"failure",
                   "\"connect_failure\", \"reset\", \"timeout\", a status or range from " + words(bounds) +
                       ", or a status of gRPC such as \"grpc_unavailable\"",
                   schema, nullptr};
  Type<RetryOn> out;
  out.shape = array_of(item, "array of failures");
  out.read = [shape = out.shape, item, bounds](const Node& node, RetryOn& target, Findings& findings) {
    if (!require_kind(node, Node::Kind::array, shape, findings)) return;
    target = {false, false, false, {}, {}};
    for (const Node& each : node.items) {
      const std::string text = text_of(each);
      if (text == "connect_failure")
        target.connect_failure = true;
      else if (text == "reset")
        target.reset = true;
      else if (text == "timeout")
        target.timeout = true;
      else if (const auto grpc = grpc_status_named(text))
        target.grpc.add(*grpc);
      else if (const auto range = parse_range(text, bounds))
        target.status.push_back(*range);
      else
        report(each, item, "", findings);
    }
  };
  out.write = [](const RetryOn& value) {
    Json all = Json::array();
    if (value.connect_failure) all.push_back("connect_failure");
    if (value.reset) all.push_back("reset");
    if (value.timeout) all.push_back("timeout");
    for (const StatusRange& range : value.status) all.push_back(written(range));
    for (const auto& [status, name] : base::retried_grpc_statuses)
      if (value.grpc.has(status)) all.push_back(std::string{name});
    return all;
  };
  return out;
}

}  // namespace headgate::config
