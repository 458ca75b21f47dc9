// What it costs to find a route, for tables from one route to ten thousand.
#include <benchmark/benchmark.h>

#include <string>

#include "config/settings.hpp"
#include "headgate/heads.hpp"
#include "route/route_table.hpp"

namespace headgate::route {
namespace {

using AddMatch = void (*)(config::Match& match, std::size_t position);

std::string number(std::size_t n) { return std::to_string(n); }

RouteTable table_of(std::size_t routes, AddMatch add_match) {
  config::Settings settings;
  for (std::size_t i = 0; i < routes; ++i) {
    config::Route& route = settings.routes.emplace_back();
    route.name = number(i);
    route.upstreams = {{"web", 1}};
    add_match(route.match, i);
  }
  return RouteTable::build(settings, {"web"});
}

/// Looks up `wanted` again and again; it must be found.
void find(benchmark::State& state, const RouteTable& table, const std::string& authority, const std::string& path,
          std::size_t wanted) {
  RequestHead head;
  head.method = Method::get;
  head.method_token = "GET";
  head.authority = authority;
  head.path = head.target = path;
  for (const char* name : {"Host", "User-Agent", "Accept", "Accept-Encoding", "Cookie", "X-Tier"})
    head.fields.push_back({name, "gold", FieldId::other, false});
  Scratch scratch;
  if (const Route* route = table.find(head, scratch).route; route == nullptr || route->name != number(wanted))
    return state.SkipWithError("found another route");
  for (auto _ : state) benchmark::DoNotOptimize(table.find(head, scratch).route);
}

void one_route(benchmark::State& state) {
  const RouteTable table = table_of(1, [](config::Match&, std::size_t) {});
  find(state, table, "example.org", "/api/v1/users/42", 0);
}
BENCHMARK(one_route);

void ten_prefixes(benchmark::State& state) {
  const RouteTable table =
      table_of(10, [](config::Match& match, std::size_t i) { match.path_prefix = "/app" + number(i); });
  find(state, table, "example.org", "/app7/v1/users/42", 7);
}
BENCHMARK(ten_prefixes);

void ten_prefixes_with_a_path_to_normalise(benchmark::State& state) {
  const RouteTable table =
      table_of(10, [](config::Match& match, std::size_t i) { match.path_prefix = "/app" + number(i); });
  find(state, table, "example.org", "/x/%2e%2e/app7/v1/us%65rs/42", 7);
}
BENCHMARK(ten_prefixes_with_a_path_to_normalise);

void ten_hosts_with_prefix_method_and_header(benchmark::State& state) {
  const RouteTable table = table_of(10, [](config::Match& match, std::size_t i) {
    match.hosts = {"host" + number(i) + ".example.org"};
    match.path_prefix = "/api";
    match.methods = {"GET", "POST"};
    match.headers = {{"x-tier", "gold"}};
  });
  find(state, table, "host7.example.org:8080", "/api/v1/users/42", 7);
}
BENCHMARK(ten_hosts_with_prefix_method_and_header);

void many_prefixes_over_100_hosts(benchmark::State& state) {
  const RouteTable table = table_of(10'000, [](config::Match& match, std::size_t i) {
    match.hosts = {"host" + number(i % 100) + ".example.org"};
    match.path_prefix = "/team" + number(i / 1000) + "/service" + number(i);
  });
  find(state, table, "host42.example.org", "/team7/service7042/v1/users/42", 7042);
}
BENCHMARK(many_prefixes_over_100_hosts);

void many_hosts(benchmark::State& state) {
  const RouteTable table = table_of(
      10'000, [](config::Match& match, std::size_t i) { match.hosts = {"host" + number(i) + ".example.org"}; });
  find(state, table, "host7042.example.org", "/api/v1/users/42", 7042);
}
BENCHMARK(many_hosts);

void many_wildcard_hosts(benchmark::State& state) {
  const RouteTable table = table_of(
      10'000, [](config::Match& match, std::size_t i) { match.hosts = {"*.zone" + number(i) + ".example.org"}; });
  find(state, table, "a.b.zone7042.example.org", "/api/v1/users/42", 7042);
}
BENCHMARK(many_wildcard_hosts);

void many_exact_paths(benchmark::State& state) {
  const RouteTable table =
      table_of(10'000, [](config::Match& match, std::size_t i) { match.path = "/api/v1/item/" + number(i); });
  find(state, table, "example.org", "/api/v1/item/7042", 7042);
}
BENCHMARK(many_exact_paths);

void many_routes_on_one_path(benchmark::State& state) {
  const RouteTable table = table_of(10'000, [](config::Match& match, std::size_t i) {
    match.path_prefix = "/api";
    match.headers = {{"x-tier", i == 7042 ? "gold" : number(i)}};
  });
  find(state, table, "example.org", "/api/v1", 7042);
}
BENCHMARK(many_routes_on_one_path);

void thousand_regexes(benchmark::State& state) {
  const RouteTable table = table_of(
      1000, [](config::Match& match, std::size_t i) { match.path_regex = "/service" + number(i) + "/[a-z]+/[0-9]+"; });
  find(state, table, "example.org", "/service742/users/42", 742);
}
BENCHMARK(thousand_regexes);

void thousand_regexes_that_begin_alike(benchmark::State& state) {
  const RouteTable table =
      table_of(1000, [](config::Match& match, std::size_t i) { match.path_regex = "/[a-z]+/service" + number(i); });
  find(state, table, "example.org", "/users/service742", 742);
}
BENCHMARK(thousand_regexes_that_begin_alike);

void split_over_100_upstreams(benchmark::State& state) {
  Route route;
  for (std::uint32_t i = 0; i < 100; ++i) route.targets.push_back({i, 1, i + 1});
  route.total_weight = 100;
  std::uint32_t random = 1;
  for (auto _ : state) benchmark::DoNotOptimize(pick_upstream(route, random *= 2654435761U));
}
BENCHMARK(split_over_100_upstreams);

}  // namespace
}  // namespace headgate::route
