#include "config/shorthand.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/container_types.hpp"
#include "config/option_table.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

Node made_at(const Node& origin, Node::Kind kind) {
  Node out;
  out.kind = kind;
  out.offset = origin.offset;
  out.pointer = origin.pointer;
  return out;
}

Node made_string(const Node& origin, std::string text) {
  Node out = made_at(origin, Node::Kind::string);
  out.text = std::move(text);
  return out;
}

/// {key: value}, at the value's place.
Node wrapped(std::string key, Node value) {
  Node out = made_at(value, Node::Kind::object);
  const std::size_t offset = value.offset;
  out.members.push_back({std::move(key), offset, std::move(value)});
  return out;
}

Node array_of(Node item) {
  Node out = made_at(item, Node::Kind::array);
  out.items.push_back(std::move(item));
  return out;
}

void expand_backends(Node& backends) {
  for (Node& item : backends.items)
    if (item.kind == Node::Kind::string) item = wrapped("url", std::move(item));
}

void expand_route(Node& route, Findings& findings) {
  for (Member& member : route.members) {
    if (member.key != "upstream") continue;
    if (route.find("upstreams") != nullptr) {
      findings.error(member.offset, append_pointer(route.pointer, "upstream"),
                     "\"upstream\" and \"upstreams\" exclude each other");
      return;
    }
    member.key = "upstreams";
    member.value = array_of(wrapped("name", std::move(member.value)));
    return;
  }
}

void expand_long_form(Node& root, Findings& findings) {
  if (Node* routes = root.find("routes"))
    for (Node& route : routes->items) expand_route(route, findings);
  if (Node* upstreams = root.find("upstreams"))
    for (Member& upstream : upstreams->members)
      if (Node* backends = upstream.value.find("backends")) expand_backends(*backends);
}

Node take(Node& root, std::string_view key) {
  for (auto member = root.members.begin(); member != root.members.end(); ++member) {
    if (member->key != key) continue;
    Node out = std::move(member->value);
    root.members.erase(member);
    return out;
  }
  return {};
}

void add(Node& root, std::string key, Node value) {
  const std::size_t offset = value.offset;
  root.members.push_back({std::move(key), offset, std::move(value)});
}

void expand_listen(Node& root, Findings& findings) {
  Node listen = take(root, "listen");
  if (listen.kind == Node::Kind::string) listen = array_of(std::move(listen));
  if (listen.kind != Node::Kind::array) return report(listen, short_listen_shape(), "", findings);
  for (Node& item : listen.items) item = wrapped("address", std::move(item));
  add(root, "listeners", std::move(listen));
}

void expand_short_backends(Node& root) {
  Node backends = take(root, "backends");
  expand_backends(backends);
  Node route = wrapped("name", made_string(backends, "default"));
  route.members.push_back({"upstreams", backends.offset, array_of(wrapped("name", made_string(backends, "default")))});
  add(root, "routes", array_of(std::move(route)));
  add(root, "upstreams", wrapped("default", wrapped("backends", std::move(backends))));
}

}  // namespace

void expand(Node& root, Findings& findings) {
  expand_long_form(root, findings);
  const bool listen = root.find("listen") != nullptr;
  const bool backends = root.find("backends") != nullptr;
  if (!listen && !backends) {
    for (const std::string key : {"listeners", "routes"})
      if (root.find(key) == nullptr)
        findings.error(root, "\"" + key + "\" is missing (or \"listen\" and \"backends\", the short form)");
    return;
  }
  bool mixed = false;
  for (const Member& member : root.members) {
    if (member.key != "listeners" && member.key != "routes" && member.key != "upstreams") continue;
    findings.error(member.offset, append_pointer(root.pointer, member.key),
                   "the short form (\"listen\", \"backends\") and the long form (\"listeners\", \"routes\", "
                   "\"upstreams\") exclude each other");
    mixed = true;
  }
  if (mixed) return;
  if (!listen) findings.error(root, "\"listen\" is missing: the short form has \"listen\" and \"backends\"");
  if (!backends) findings.error(root, "\"backends\" is missing: the short form has \"listen\" and \"backends\"");
  if (listen) expand_listen(root, findings);
  if (backends) expand_short_backends(root);
}

Shape short_listen_shape() {
  const Shape address = listen_address().shape;
  Shape out;
  out.label = "address or array of addresses";
  out.expected = address.expected + ", or an array of such";
  out.schema = {{"anyOf", Json::array({address.schema, array_shape(address).schema})}};
  return out;
}

Shape short_backend_shape() {
  const Shape url = backend_address().shape;
  Shape out;
  out.label = "urls or backend objects";
  out.expected = "a url or a backend object";
  out.schema = {{"anyOf", Json::array({url.schema, object_shape(backend_table()).schema})}};
  return out;
}

Json root_conditions() {
  const auto needs = [](const char* key) { return Json{{"required", Json::array({key})}}; };
  Json long_form{{"required", Json::array({"listeners", "routes"})},
                 {"not", {{"anyOf", Json::array({needs("listen"), needs("backends")})}}}};
  Json short_form{{"required", Json::array({"listen", "backends"})},
                  {"not", {{"anyOf", Json::array({needs("listeners"), needs("routes"), needs("upstreams")})}}}};
  return {{"oneOf", Json::array({std::move(short_form), std::move(long_form)})}};
}

Json route_conditions() {
  Json ways = Json::array();
  for (const char* key : {"upstream", "upstreams", "redirect", "respond"})
    ways.push_back({{"required", Json::array({key})}});
  return {{"oneOf", std::move(ways)}};
}

Json match_conditions() {
  Json out;
  const std::vector<std::string> keys{"path", "path_prefix", "path_regex"};
  Json pairs = Json::array();
  for (std::size_t i = 0; i < keys.size(); ++i)
    for (std::size_t j = i + 1; j < keys.size(); ++j) pairs.push_back({{"required", Json::array({keys[i], keys[j]})}});
  out["not"] = {{"anyOf", std::move(pairs)}};
  return out;
}

}  // namespace headgate::config
