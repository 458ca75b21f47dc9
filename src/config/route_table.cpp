#include "base/field_change.hpp"
#include "config/address.hpp"
#include "config/container_types.hpp"
#include "config/location.hpp"
#include "config/option_table.hpp"
#include "config/settings.hpp"
#include "config/shorthand.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

Type<std::optional<std::string>> regex(std::string label) { return optional(text(std::move(label), regex_problem)); }

/// The value of one field may be wrong where that of another would not be.
Type<Pairs> set_fields(const Type<std::string>& value) {
  auto out = pairs("map of names to values", set_field_problem, value, true);
  out.read = [read = out.read, shape = value.shape](const Node& node, Pairs& target, Findings& findings) {
    read(node, target, findings);
    for (const Member& member : node.members)
      if (const char* why = base::value_problem(member.key, member.value.text);
          why != nullptr && member.value.kind == Node::Kind::string)
        report(member.value, shape, why, findings);
  };
  return out;
}

/// Left out when empty: a route without upstreams redirects or responds.
Type<std::vector<WeightedUpstream>> shares() {
  auto out = array(object<WeightedUpstream>(weighted_upstream_table()));
  out.write = [write = out.write](const std::vector<WeightedUpstream>& all) {
    return all.empty() ? Json{} : write(all);
  };
  return out;
}

Table make_route() {
  TableOf<Route> t{"route", "A route has exactly one of `upstream`, `upstreams`, `redirect` and `respond`."};
  t.option("name", text("a name", name_problem), &Route::name, "Used in logs and metrics. Unique.")
      .otherwise("`route-` and its index");
  t.option("match", object<Match>(match_table()), &Route::match,
           "What a request must have to come here. All that is given must hold.");
  t.shorthand("upstream", string_shape("the name of an upstream"),
              "The upstream that requests go to: short for `upstreams` with one entry.");
  t.option("upstreams", shares(), &Route::upstreams, "The upstreams that requests are spread over, by weight.");
  t.option("rewrite", optional(object<Rewrite>(rewrite_table())), &Route::rewrite,
           "Changes the path that the backend gets.");
  t.option("redirect", optional(object<Redirect>(redirect_table())), &Route::redirect, "Answers with a redirect.");
  t.option("respond", optional(object<FixedResponse>(respond_table())), &Route::respond,
           "Answers with a fixed response.");
  t.option("request_headers", object<HeaderChanges>(header_changes_table()), &Route::request_headers,
           "Changes to the request's header fields, on the way to the backend.");
  t.option("response_headers", object<HeaderChanges>(header_changes_table()), &Route::response_headers,
           "Changes to the response's header fields, on the way to the client.");
  t.option("body_bytes", optional(size(1, 1ULL << 40U, Zero::no_limit)), &Route::body_bytes,
           "A request's body, in bytes, on this route.")
      .otherwise("`limits.body_bytes`");
  t.option("client_body_idle", optional(duration(1ms, 720h)), &Route::client_body_idle,
           "Without a byte of the request body, on this route. For streams whose clients may be silent (see "
           "[gRPC](grpc.md)).")
      .otherwise("`timeouts.client_body_idle`");
  t.option("retry", optional(object<Retry>(retry_table())), &Route::retry,
           "Takes the place of the upstream's `retry` on this route.");
  t.option("upgrade", array(text("a protocol such as \"websocket\"", upgrade_protocol_problem)), &Route::upgrade,
           "Protocols that requests may switch to (see [WebSocket](websocket.md)). `[]`: none.");
  t.option("connect", boolean(), &Route::connect,
           "Whether CONNECT opens a tunnel to one of the upstream's backends. Needs `match.hosts`.");
  t.conditions(route_conditions());
  return t.done();
}

Table make_match() {
  TableOf<Match> t{
      "match", "An empty match takes every request. Only one of `path`, `path_prefix` and `path_regex` may be given."};
  t.option("hosts", array(normalised("a host such as \"example.org\" or \"*.example.org\"", parse_host_pattern)),
           &Match::hosts, "Hosts, without port. `*.` stands for one or more labels. Empty: every host.");
  t.option("path", optional(text("a path such as \"/status\"", path_problem)), &Match::path, "The whole path.");
  t.option("path_prefix", optional(text("a path such as \"/v1\"", path_problem)), &Match::path_prefix,
           "A path and all below it: `/v1` matches `/v1` and `/v1/x`, not `/v10`.");
  t.option("path_regex", regex("a regular expression (RE2)"), &Match::path_regex,
           "A regular expression (RE2 syntax) that the whole path must match.");
  t.option("methods", array(text("a method such as \"GET\"", method_problem)), &Match::methods,
           "Methods. Empty: every method.");
  t.option("headers",
           pairs("map of names to values", field_name_problem, text("a header value", field_value_problem), true),
           &Match::headers, "Header fields and the value that each must have. `*`: any value.");
  t.option("query", pairs("map of parameters to values", any_text, text("a string", any_text), false), &Match::query,
           "Query parameters and the value that each must have. `*`: any value.");
  t.conditions(match_conditions());
  return t.done();
}

Table make_weighted_upstream() {
  TableOf<WeightedUpstream> t{"weighted_upstream", "One share of a route's requests."};
  t.required("name", text("the name of an upstream", name_problem), &WeightedUpstream::name, "The upstream's name.");
  t.option("weight", integer(0, 1'000'000), &WeightedUpstream::weight,
           "Its share, against the sum of all weights. 0: no requests.");
  return t.done();
}

Table make_rewrite() {
  TableOf<Rewrite> t{"rewrite", "Either `replace_prefix` or `regex` with `replacement`. The query stays as it is."};
  t.option("replace_prefix", optional(text("a path such as \"/\"", replacement_path_problem)), &Rewrite::replace_prefix,
           "Takes the place of the `path_prefix` that matched.");
  t.option("regex", regex("a regular expression (RE2)"), &Rewrite::regex,
           "A regular expression (RE2 syntax) whose first match in the path is replaced.");
  t.option("replacement", text("a replacement such as \"/items/\\1\"", replacement_problem), &Rewrite::replacement,
           "What replaces the match of `regex`. `\\1` to `\\9` are its groups, `\\0` is the whole match.");
  return t.done();
}

Table make_redirect() {
  TableOf<Redirect> t{"redirect", ""};
  t.option("status", status({301, 302, 307, 308}), &Redirect::status,
           "301 and 302 let clients change the method to GET, 307 and 308 do not. 301 and 308 are permanent.");
  t.required("location", text("a location such as \"https://${host}${path}${query}\"", location_problem),
             &Redirect::location,
             "Absolute or relative. `${scheme}`, `${host}`, `${path}` and `${query}` (with its `?`) are those of the "
             "request.");
  return t.done();
}

Table make_respond() {
  TableOf<FixedResponse> t{"respond", ""};
  t.option("status", status(200, 599), &FixedResponse::status, "The response's status.");
  t.option("content_type", text("a media type", field_value_problem), &FixedResponse::content_type,
           "The response's Content-Type.");
  t.option("body", text("a string", body_problem), &FixedResponse::body, "The response's body, at most 1MiB.");
  return t.done();
}

Table make_header_changes() {
  TableOf<HeaderChanges> t{"header_changes",
                           "Fields are removed first, then set, then added. Case makes no difference. Fields that "
                           "belong to the connection (Connection, Content-Length, Keep-Alive, Proxy-Connection, TE, "
                           "Trailer, Transfer-Encoding, Upgrade, Expect) cannot be changed, and Host can only be set."};
  const auto value = text("a header value", field_value_problem);
  t.option("set", set_fields(value), &HeaderChanges::set, "Fields that replace those of the same name.");
  t.option("add", pairs("map of names to values", added_field_problem, value, true), &HeaderChanges::add,
           "Fields that come beside those of the same name.");
  t.option("remove", array(text("a header name", removed_field_problem)), &HeaderChanges::remove,
           "Names of fields to drop.");
  return t.done();
}

}  // namespace

const Table& route_table() {
  static const Table table = make_route();
  return table;
}
const Table& match_table() {
  static const Table table = make_match();
  return table;
}
const Table& weighted_upstream_table() {
  static const Table table = make_weighted_upstream();
  return table;
}
const Table& rewrite_table() {
  static const Table table = make_rewrite();
  return table;
}
const Table& redirect_table() {
  static const Table table = make_redirect();
  return table;
}
const Table& respond_table() {
  static const Table table = make_respond();
  return table;
}
const Table& header_changes_table() {
  static const Table table = make_header_changes();
  return table;
}

}  // namespace headgate::config
