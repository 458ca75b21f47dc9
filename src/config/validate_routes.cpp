#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/edit_distance.hpp"
#include "config/same_match.hpp"
#include "config/validate.hpp"

namespace headgate::config {
namespace {

constexpr std::string_view ways = "\"upstream\", \"upstreams\", \"redirect\" and \"respond\"";

void validate_way(const Node& node, Findings& findings) {
  std::vector<const Member*> found;
  for (const Member& member : node.members)
    if (member.key == "upstreams" || member.key == "redirect" || member.key == "respond") found.push_back(&member);
  if (found.empty()) findings.error(node, "found none of " + std::string{ways} + ", expected exactly one");
  for (std::size_t i = 1; i < found.size(); ++i)
    findings.error(found[i]->offset, found[i]->value.pointer,
                   "found more than one of " + std::string{ways} + ", expected exactly one");
}

void validate_shares(const Node& shares, const Route& route, const Settings& settings, Findings& findings) {
  if (shares.kind != Node::Kind::array) return;
  if (shares.items.empty()) return findings.error(shares, "found an empty array, expected at least one upstream");
  std::vector<std::string_view> known;
  for (const auto& [name, upstream] : settings.upstreams) known.push_back(name);
  std::set<std::string> seen;
  for (std::size_t i = 0; i < route.upstreams.size(); ++i) {
    const std::string& name = route.upstreams[i].name;
    const Node* node = shares.items[i].find("name");
    if (node == nullptr || name.empty()) continue;
    if (!seen.insert(name).second)
      findings.error(*node, "the upstream " + shown(*node) + " stands twice in this route");
    if (settings.upstreams.contains(name)) continue;
    const std::string_view near = node->referenced ? std::string_view{} : nearest(name, known);
    findings.error(*node, "there is no upstream " + shown(*node) +
                              (near.empty() ? "" : "; did you mean \"" + std::string{near} + "\"?"));
  }
  const auto idle = [](const WeightedUpstream& share) { return share.weight == 0; };
  if (std::all_of(route.upstreams.begin(), route.upstreams.end(), idle))
    findings.error(shares, "every upstream has weight 0: none would get a request");
}

void validate_match(const Node& match, const Route& route, const Settings& settings, Findings& findings) {
  const Member* first = nullptr;
  for (const Member& member : match.members) {
    if (member.key != "path" && member.key != "path_prefix" && member.key != "path_regex") continue;
    if (first != nullptr)
      findings.error(member.offset, member.value.pointer,
                     "\"" + first->key + "\" and \"" + member.key + "\" exclude each other");
    first = &member;
  }
  if (!settings.paths.merge_slashes) return;
  for (const char* key : {"path", "path_prefix"}) {
    const Node* node = match.find(key);
    const auto& path = std::string_view{key} == "path" ? route.match.path : route.match.path_prefix;
    if (node != nullptr && path && path->find("//") != std::string::npos)
      findings.error(*node, "a path with \"//\" never matches while \"paths.merge_slashes\" is on");
  }
}

void validate_replacement(const Node& rewrite, const Rewrite& values, Findings& findings) {
  const Node* replacement = rewrite.find("replacement");
  if (!values.regex || replacement == nullptr) return;
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 regex{*values.regex, options};
  std::string why;
  if (regex.ok() && !regex.CheckRewriteString(values.replacement, &why)) findings.error(*replacement, why);
}

void validate_rewrite(const Node& rewrite, const Route& route, Findings& findings) {
  if (!route.rewrite || rewrite.kind != Node::Kind::object) return;
  const Node* prefix = rewrite.find("replace_prefix");
  const Node* regex = rewrite.find("regex");
  if (prefix == nullptr && regex == nullptr)
    findings.error(rewrite, "found neither \"replace_prefix\" nor \"regex\", expected one of them");
  if (prefix != nullptr && regex != nullptr)
    findings.error(rewrite, "\"replace_prefix\" and \"regex\" exclude each other");
  if (prefix != nullptr && !route.match.path_prefix)
    findings.error(*prefix, "\"replace_prefix\" needs \"path_prefix\" in the route's \"match\"");
  if (const Node* replacement = rewrite.find("replacement");
      replacement != nullptr && regex == nullptr && !route.rewrite->replacement.empty())
    findings.error(*replacement, "\"replacement\" needs \"regex\"");
  validate_replacement(rewrite, *route.rewrite, findings);
}

/// What would be read and then do nothing is a mistake.
void validate_answer(const Node& node, const Route& route, Findings& findings) {
  if (!route.redirect && !route.respond) return;
  if (const Node* rewrite = node.find("rewrite"))
    findings.error(*rewrite, "has no effect: the route sends nothing to a backend");
  if (const Node* headers = node.find("request_headers"); headers != nullptr && !route.request_headers.empty())
    findings.error(*headers, "has no effect: the route sends nothing to a backend");
  if (const Node* upgrade = node.find("upgrade"); upgrade != nullptr && route.upgrade != Route{}.upgrade)
    findings.error(*upgrade, "has no effect: the route sends nothing to a backend");
  if (const Node* connect = node.find("connect"); connect != nullptr && route.connect)
    findings.error(*connect, "has no effect: the route sends nothing to a backend");
  const Node* respond = node.find("respond");
  if (respond == nullptr || !route.respond) return;
  const auto status = route.respond->status;
  const Node* body = respond->find("body");
  if (body != nullptr && !route.respond->body.empty() && (status == 204 || status == 205 || status == 304))
    findings.error(*body, "a response with status " + std::to_string(status) + " has no body (RFC 9110, section 15)");
}

/// Of what somebody has written; the default goes without saying.
void validate_upgrade(const Node& node, const Route& route, const Settings& settings, Findings& findings) {
  const Node* upgrade = node.find("upgrade");
  if (upgrade == nullptr || route.upgrade.empty()) return;
  for (const WeightedUpstream& share : route.upstreams) {
    const auto found = settings.upstreams.find(share.name);
    if (found == settings.upstreams.end() || found->second.protocol != UpstreamProtocol::http2) continue;
    findings.warning(*upgrade, "has no effect with the upstream \"" + share.name + "\", which is spoken to in h2");
  }
}

/// Without hosts, any authority would do: a client could not tell whom it talks to.
void validate_connect(const Node& node, const Route& route, Findings& findings) {
  const Node* connect = node.find("connect");
  if (connect != nullptr && route.connect && route.match.hosts.empty())
    findings.error(*connect, "\"connect\" needs \"hosts\" in the route's \"match\"");
}

void validate_route(const Node& node, const Route& route, const Settings& settings, Findings& findings) {
  if (node.kind != Node::Kind::object) return;
  validate_way(node, findings);
  if (const Node* shares = node.find("upstreams")) validate_shares(*shares, route, settings, findings);
  if (const Node* match = node.find("match")) validate_match(*match, route, settings, findings);
  if (const Node* rewrite = node.find("rewrite")) validate_rewrite(*rewrite, route, findings);
  validate_connect(node, route, findings);
  validate_upgrade(node, route, settings, findings);
  validate_answer(node, route, findings);
}

bool has_path(const Match& match) { return match.path || match.path_prefix || match.path_regex; }

void validate_reach(const Node& nodes, const std::vector<Route>& routes, Findings& findings) {
  SeenMatches seen;
  for (const bool with_path : {true, false}) {
    for (std::size_t i = 0; i < routes.size(); ++i) {
      if (has_path(routes[i].match) != with_path) continue;
      const auto first = seen.add(routes[i].match, i);
      if (!first || nodes.items[i].kind != Node::Kind::object) continue;
      findings.warning(nodes.items[i],
                       "never reached: the route at /routes/" + std::to_string(*first) + " matches the same requests");
    }
  }
}

}  // namespace

void validate_routes(const Node& root, const Settings& settings, Findings& findings) {
  const Node* routes = root.find("routes");
  if (routes == nullptr || routes->kind != Node::Kind::array) return;
  if (routes->items.empty()) return findings.error(*routes, "found an empty array, expected at least one route");
  std::set<std::string> names;
  for (std::size_t i = 0; i < settings.routes.size(); ++i) {
    const Route& route = settings.routes[i];
    const Node& node = routes->items[i];
    validate_route(node, route, settings, findings);
    if (const Node* name = node.find("name");
        name != nullptr && !route.name.empty() && !names.insert(route.name).second)
      findings.error(*name, "another route has the name " + shown(*name));
  }
  validate_reach(*routes, settings.routes, findings);
}

}  // namespace headgate::config
