// Random tables and requests over few words, so that they often meet. `choose(n)` gives a number in [0, n): a seeded
// generator in tests, the fuzzer's bytes in fuzz targets.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "request.hpp"

namespace headgate::route {

constexpr std::array<std::string_view, 7> hosts{"a.org", "*.org", "*.a.org", "b.a.org", "*.b.a.org", "[::1]", "c.com"};
constexpr std::array<std::string_view, 11> paths{"/",      "/a",     "/a/",   "/a/b", "/a/b/c", "/b",
                                                 "/a%2Fb", "/%61/b", "/a//b", "/~x",  "/a/b/"};
constexpr std::array<std::string_view, 8> regexes{"/a/.*", "/[ab]", "/a|/b",    "(?i)/A/B",
                                                  ".*b",   "^/a$",  "/a/b/?c*", "(/a)+(/[a-c])?"};
constexpr std::array<std::string_view, 5> methods{"GET", "HEAD", "POST", "PURGE", "PUT"};
constexpr std::array<std::string_view, 4> values{"*", "1", "2", "a b"};
constexpr std::array<std::string_view, 9> authorities{"a.org", "B.a.org:80", "x.b.a.org", "z.a.org.", "q.org",
                                                      "org",   "[0::1]:8",   "",          "C.com"};
constexpr std::array<std::string_view, 14> path_parts{"/",   "/a",  "/b",      "/c", "/.",  "/..", "//",
                                                      "%2F", "%61", "/%2e%2E", "b",  "/~x", "%",   "%7e"};
constexpr std::array<std::string_view, 8> queries{"", "?", "?q=1", "?q=2&q=1", "?q=a+b", "?%71=%31", "?q", "?x=1&q=2"};

template <class Choose, class Words>
std::string word(Choose& choose, const Words& words) {
  return std::string{words[choose(words.size())]};
}

template <class Choose>
config::Match random_match(Choose& choose) {
  config::Match match;
  for (auto count = choose(3); count > 0; --count) match.hosts.push_back(word(choose, hosts));
  switch (choose(4)) {
    case 0:
      match.path = word(choose, paths);
      break;
    case 1:
      match.path_prefix = word(choose, paths);
      break;
    case 2:
      match.path_regex = word(choose, regexes);
      break;
    default:
      break;
  }
  if (choose(3) == 0)
    for (auto count = choose(3); count > 0; --count) match.methods.push_back(word(choose, methods));
  if (choose(4) == 0) match.headers.emplace_back("X-Tier", word(choose, values));
  if (choose(4) == 0) match.query.emplace_back("q", word(choose, values));
  return match;
}

/// Many of them share a place in the index and differ in their header values.
template <class Choose>
config::Match random_crowded_match(Choose& choose) {
  config::Match match;
  match.path_prefix = word(choose, std::array<std::string_view, 2>{"/", "/a"});
  if (choose(3) != 0) match.headers.emplace_back("x-org", word(choose, values));
  if (choose(3) != 0) match.headers.emplace_back("X-Tier", word(choose, values));
  if (choose(3) == 0) match.methods.push_back(word(choose, methods));
  return match;
}

template <class Choose>
config::Settings random_settings(Choose& choose) {
  config::Settings settings;
  settings.paths.merge_slashes = choose(2) == 0;
  const bool crowded = choose(3) == 0;
  settings.routes.resize(1 + choose(crowded ? 60 : 16));
  for (config::Route& route : settings.routes) {
    route.upstreams = {{"web", 1}};
    route.match = crowded ? random_crowded_match(choose) : random_match(choose);
  }
  return settings;
}

/// The texts that a head points into.
struct RandomRequest {
  std::string method;
  std::string authority;
  std::string target;
  std::string tier;
  std::string other_tier;
  std::string org;

  template <class Choose>
  explicit RandomRequest(Choose& choose)
      : method{word(choose, methods)},
        authority{word(choose, authorities)},
        tier{word(choose, values)},
        other_tier{word(choose, values)},
        org{word(choose, values)} {
    for (auto count = choose(7); count > 0; --count) target += word(choose, path_parts);
    if (target.empty() || target.front() != '/') target.insert(0, "/");
    target += word(choose, queries);
  }

  [[nodiscard]] RequestHead head() const {
    return request(method, authority, target, {{"x-tier", tier}, {"X-Org", org}, {"X-TIER", other_tier}});
  }
};

}  // namespace headgate::route
