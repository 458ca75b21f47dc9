#include "app/demo_config.hpp"

#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include <utility>

namespace headgate::app {
namespace {

using Json = nlohmann::ordered_json;

Json upstream_of(const std::vector<Endpoint>& backends) {
  Json list = Json::array();
  for (const Endpoint& backend : backends) list.push_back({{"url", "http://" + to_string(backend)}});
  return {{"strategy", "round_robin"}, {"backends", std::move(list)}};
}

/// A route that takes a prefix off the path before the upstream sees it.
Json stripped(const std::string& name, const std::string& upstream) {
  return {{"name", name},
          {"match", {{"path_prefix", "/" + name}}},
          {"upstream", upstream},
          {"rewrite", {{"replace_prefix", "/"}}}};
}

Json routes(std::size_t backends) {
  Json list = Json::array();
  list.push_back(stripped("v1", "demo"));
  list.push_back({{"name", "old"},
                  {"match", {{"path_prefix", "/old"}}},
                  {"redirect", {{"status", 308}, {"location", "/v1/echo${query}"}}}});
  list.push_back({{"name", "about"},
                  {"match", {{"path", "/about"}}},
                  {"respond", {{"status", 200}, {"body", "Headgate answers this itself.\n"}}},
                  {"response_headers", {{"set", {{"x-answered-by", "headgate"}}}}}});
  for (std::size_t i = 1; i <= backends; ++i) {
    const std::string name = fmt::format("backend-{}", i);
    list.push_back(stripped(name, name));
  }
  list.push_back(stripped("impatient", "impatient"));
  list.push_back(stripped("down", "down"));
  list.push_back({{"name", "all"}, {"match", {{"path_prefix", "/"}}}, {"upstream", "demo"}});
  return list;
}

}  // namespace

std::string demo_config(std::uint16_t port, const std::vector<Endpoint>& backends) {
  Json upstreams{{"demo", upstream_of(backends)}};
  for (std::size_t i = 0; i < backends.size(); ++i)
    upstreams[fmt::format("backend-{}", i + 1)] = upstream_of({backends[i]});
  upstreams["impatient"] = upstream_of({backends.front()});
  upstreams["impatient"]["timeouts"] = {{"first_byte", "1s"}};
  upstreams["down"] = upstream_of({Endpoint{"127.0.0.1", 1, {}}});  // port 1: nobody listens there
  const Json config{
      {"listeners", Json::array({{{"name", "web"}, {"address", fmt::format("127.0.0.1:{}", port)}}})},
      {"routes", routes(backends.size())},
      {"upstreams", std::move(upstreams)},
      {"admin", {{"address", "127.0.0.1:0"}}},
      {"logging", {{"directory", "logs"}, {"level", "info"}, {"access", true}}},
  };
  return config.dump(2) + "\n";
}

std::string demo_hints(const std::string& address, const std::string& admin, std::size_t backends) {
  constexpr std::string_view hints = R"(
Headgate serves http://{0} in front of {1} backends. Try, in another terminal:

  curl http://{0}/                          # run it a few times: the backends take turns
  curl -H 'Accept: application/json' http://{0}/
  curl -d 'some body' http://{0}/v1/echo    # what a backend receives; /v1 is rewritten away
  curl -L http://{0}/old                    # a redirect to /v1/echo
  curl -i http://{0}/about                  # answered by the proxy itself
  curl http://{0}/backend-2/                # one backend by name
  curl -N http://{0}/stream?count=5         # server-sent events, one each 500 ms
  curl -o /dev/null http://{0}/bytes/1000000000
  curl -i http://{0}/status/503             # whatever the backend says
  curl -i http://{0}/slow?ms=1500
  curl -i http://{0}/impatient/slow         # 504: the route waits one second
  curl -i http://{0}/down                   # 502: nobody listens there
  tail -n 5 logs/log_*.log                  # why the last two failed
  tail -n 5 logs/access_*.log               # every request
  build/release/src/headgate status --address {2}    # backends, and why one is out
  build/release/src/headgate top --address {2}       # rates and times, live
  curl http://{2}/metrics

Ctrl-C ends it.
)";
  return fmt::format(hints, address, backends, admin).substr(1);
}

}  // namespace headgate::app
