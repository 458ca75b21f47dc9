#include "app/demo_backend_answer.hpp"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/predicate.hpp>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;

struct Target {
  std::string_view path;
  std::string_view query;
};

Target split(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark + 1)};
}

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Value of a query parameter; nullopt when it is absent.
std::optional<std::string_view> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.substr(0, pair.find('=')) != name) continue;
    return pair.size() > name.size() ? pair.substr(name.size() + 1) : std::string_view{};
  }
  return std::nullopt;
}

/// A number from the query within [1, limit]; the default when it is absent, nullopt when it is not such a number.
std::optional<std::uint64_t> bounded(std::string_view query, std::string_view name, std::uint64_t fallback,
                                     std::uint64_t limit) {
  const auto text = parameter(query, name);
  if (!text) return fallback;
  const auto value = number(*text);
  return value && *value >= 1 && *value <= limit ? value : std::nullopt;
}

DemoAnswer text(unsigned status, std::string body) {
  DemoAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

DemoAnswer out_of_range(std::string_view what, std::uint64_t limit) {
  return text(400, std::string(what) + " must be a number from 1 to " + std::to_string(limit) + "\n");
}

/// Replaces what is not UTF-8, because the bytes come from outside.
DemoAnswer json(const Json& value) {
  DemoAnswer answer = text(200, value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  answer.content_type = "application/json";
  return answer;
}

DemoAnswer hello(std::string_view backend, const DemoRequest& request) {
  const bool wants_json = std::any_of(request.fields.begin(), request.fields.end(), [](const auto& field) {
    return boost::algorithm::iequals(field.first, "accept") && field.second.find("json") != std::string::npos;
  });
  if (wants_json) return json({{"backend", backend}, {"message", "hello from " + std::string(backend)}});
  return text(200, "hello from " + std::string(backend) + "\n");
}

DemoAnswer slow(std::string_view backend, std::string_view query) {
  const auto delay = bounded(query, "ms", 2000, demo_delay_limit);
  if (!delay) return out_of_range("ms", demo_delay_limit);
  DemoAnswer answer = text(200, std::string(backend) + " took " + std::to_string(*delay) + " ms\n");
  answer.delay = std::chrono::milliseconds{*delay};
  return answer;
}

DemoAnswer status(std::string_view backend, std::string_view code) {
  const auto value = number(code);
  if (!value || *value < 200 || *value > 599) return text(400, "/status/N takes a final status, 200 to 599\n");
  const bool empty = *value == 204 || *value == 205 || *value == 304;  // RFC 9110: these have no content
  return text(static_cast<unsigned>(*value),
              empty ? std::string{} : "status " + std::to_string(*value) + " from " + std::string(backend) + "\n");
}

DemoAnswer echo(std::string_view backend, const DemoRequest& request) {
  Json fields = Json::array();
  for (const auto& [name, value] : request.fields) fields.push_back(std::string{name}.append(": ").append(value));
  return json({{"backend", backend},
               {"method", request.method},
               {"target", request.target},
               {"headers", std::move(fields)},
               {"body_bytes", request.body_bytes},
               {"body", request.body}});
}

DemoAnswer stream(std::string_view query) {
  const auto count = bounded(query, "count", 10, demo_events_limit);
  if (!count) return out_of_range("count", demo_events_limit);
  const auto interval = bounded(query, "ms", 500, demo_delay_limit);
  if (!interval) return out_of_range("ms", demo_delay_limit);
  DemoAnswer answer;
  answer.content_type = "text/event-stream";
  answer.body = DemoEvents{*count, std::chrono::milliseconds{*interval}};
  return answer;
}

DemoAnswer bytes(std::string_view count, std::string_view query) {
  const auto value = number(count);
  if (!value || *value > demo_filler_limit)
    return text(400, "/bytes/N takes 0 to " + std::to_string(demo_filler_limit) + "\n");
  DemoAnswer answer;
  answer.content_type = "application/octet-stream";
  answer.body = DemoFiller{*value, parameter(query, "chunked") == "1"};
  return answer;
}

bool reads_only(const DemoRequest& request) { return request.method == "GET" || request.method == "HEAD"; }

}  // namespace

DemoAnswer answer_demo_request(std::string_view backend, const DemoRequest& request) {
  constexpr std::string_view status_prefix = "/status/";
  constexpr std::string_view bytes_prefix = "/bytes/";
  const auto [path, query] = split(request.target);
  if (path == "/echo") return echo(backend, request);
  if (path == "/slow") return slow(backend, query);
  if (path.starts_with(status_prefix)) return status(backend, path.substr(status_prefix.size()));
  if (path == "*" && request.method == "OPTIONS") return text(200, {});

  const bool known = path == "/" || path == "/healthz" || path == "/stream" || path.starts_with(bytes_prefix);
  if (!known) return text(404, "not found by " + std::string(backend) + "\n");
  if (!reads_only(request)) {
    DemoAnswer answer = text(405, "only GET and HEAD here; /echo takes every method\n");
    answer.allow = "GET, HEAD";
    return answer;
  }
  if (path == "/") return hello(backend, request);
  if (path == "/healthz") return text(200, "ok\n");
  if (path == "/stream") return stream(query);
  return bytes(path.substr(bytes_prefix.size()), query);
}

}  // namespace headgate::app
