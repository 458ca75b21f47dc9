#include "admin/api.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/access.hpp"
#include "admin/json.hpp"
#include "admin/metrics_text.hpp"
#include "admin/path.hpp"
#include "config/quantity.hpp"

namespace headgate::admin {
namespace {

using Json = nlohmann::ordered_json;

Response json_response(const Json& json, std::uint16_t status = 200) {
  Response response;
  response.status = status;
  response.body = json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
  return response;
}

/// What a handler is given. `names`: the segments that stand where the pattern has a star.
struct Call {
  const Request& request;
  std::vector<std::string> names;
  Proxy& proxy;
};

Response health(const Call& /*call*/) { return json_response({{"alive", true}}); }

Response readiness(const Call& call) {
  const Readiness readiness = call.proxy.readiness();
  return json_response(to_json(readiness), readiness.ready() ? 200 : 503);
}

Response metrics(const Call& call) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = metrics_text(call.proxy);
  return response;
}

Response status(const Call& call) { return json_response(status_json(call.proxy)); }

Response upstreams(const Call& call) {
  Json all = Json::array();
  for (const UpstreamView& upstream : call.proxy.upstreams()) all.push_back(to_json(upstream, Timeline::no));
  return json_response({{"upstreams", std::move(all)}});
}

Response no_upstream(const std::string& name) { return error_response(404, "there is no upstream \"" + name + "\""); }

Response upstream(const Call& call) {
  const auto found = call.proxy.upstream(call.names[0]);
  return found ? json_response(to_json(*found, Timeline::yes)) : no_upstream(call.names[0]);
}

Response configuration(const Call& call) {
  Response response;
  response.body = call.proxy.configuration();
  return response;
}

Response reload(const Call& call) {
  const ReloadView outcome = call.proxy.reload();
  return json_response(to_json(outcome), outcome.result == "refused" ? 422 : 200);
}

const BackendView* find_backend(const UpstreamView& upstream, const std::string& address) {
  const auto found = std::find_if(upstream.backends.begin(), upstream.backends.end(),
                                  [&](const BackendView& backend) { return backend.address == address; });
  return found == upstream.backends.end() ? nullptr : &*found;
}

/// Changes a backend that exists, and tells what it is like then. `change`: whether it made a difference.
template <class Change>
Response change_backend(const Call& call, Change change) {
  const BackendName name{call.names[0], call.names[1]};
  const auto upstream = call.proxy.upstream(name.upstream);
  if (!upstream) return no_upstream(name.upstream);
  if (find_backend(*upstream, name.address) == nullptr)
    return error_response(404, "upstream \"" + name.upstream + "\" has no backend \"" + name.address + "\"");
  const bool changed = change(name, operator_of(call.request));
  Json json{{"changed", changed}};
  json["backend"] = to_json(*find_backend(*call.proxy.upstream(name.upstream), name.address), Timeline::yes);
  return json_response(json);
}

Response drain(const Call& call) {
  return change_backend(call, [&](const auto& backend, const auto& who) { return call.proxy.drain(backend, who); });
}

Response enable(const Call& call) {
  return change_backend(call, [&](const auto& backend, const auto& who) { return call.proxy.enable(backend, who); });
}

/// Of the body {"for": "30s"}; without a body as long as passive health would. nullopt: it is something else.
std::optional<std::chrono::milliseconds> ejection_time(const Call& call) {
  if (call.request.body.empty()) return call.proxy.eject_for(call.names[0]);
  const Json body = Json::parse(call.request.body, nullptr, false);
  if (!body.is_object() || body.size() != 1 || !body.contains("for") || !body["for"].is_string()) return std::nullopt;
  const auto time = config::parse_duration(body["for"].get<std::string>()).value;
  constexpr std::chrono::hours longest{8760};
  if (!time || time->count() <= 0 || *time > longest) return std::nullopt;
  return time;
}

Response eject(const Call& call) {
  const auto time = ejection_time(call);
  if (!time) return error_response(400, R"(the body must be as {"for": "30s"}, of at most 8760h, or empty)");
  return change_backend(call, [&](const auto& backend, const auto& who) {
    call.proxy.eject(backend, *time, who);
    return true;
  });
}

struct Handler {
  std::string_view pattern;
  std::string_view method;
  Access access;
  Response (*answer)(const Call& call);
};

constexpr std::array handlers{
    Handler{"/healthz", "GET", Access::open, health},
    Handler{"/readyz", "GET", Access::open, readiness},
    Handler{"/metrics", "GET", Access::figures, metrics},
    Handler{"/api/v1/status", "GET", Access::read, status},
    Handler{"/api/v1/upstreams", "GET", Access::read, upstreams},
    Handler{"/api/v1/upstreams/*", "GET", Access::read, upstream},
    Handler{"/api/v1/config", "GET", Access::read, configuration},
    Handler{"/api/v1/upstreams/*/backends/*/drain", "POST", Access::change, drain},
    Handler{"/api/v1/upstreams/*/backends/*/enable", "POST", Access::change, enable},
    Handler{"/api/v1/upstreams/*/backends/*/eject", "POST", Access::change, eject},
    Handler{"/api/v1/reload", "POST", Access::change, reload},
};

bool takes(const Handler& handler, std::string_view method) {
  return method == handler.method || (method == "HEAD" && handler.method == "GET");
}

Response refuse_method(const Handler& handler) {
  const std::string allowed = handler.method == "GET" ? "GET, HEAD" : std::string{handler.method};
  Response response = error_response(405, "this takes only " + allowed);
  response.fields.emplace_back("Allow", allowed);
  return response;
}

}  // namespace

Response error_response(std::uint16_t status, const std::string& message) {
  return json_response({{"status", status}, {"error", message}}, status);
}

Response answer(const Request& request, const config::Admin& settings, Proxy& proxy) {
  for (const Handler& handler : handlers) {
    auto names = match_path(handler.pattern, request.target);
    if (!names) continue;
    const bool taken = takes(handler, request.method);
    // A wrong method changes nothing.
    const Access access = taken ? handler.access : std::min(handler.access, Access::read);
    if (auto refusal = refuse(request, access, settings)) return *std::move(refusal);
    if (!taken) return refuse_method(handler);
    return handler.answer({request, *std::move(names), proxy});
  }
  if (auto refusal = refuse(request, Access::read, settings)) return *std::move(refusal);
  return error_response(404, "there is nothing here; see docs/admin.md for what there is");
}

}  // namespace headgate::admin
