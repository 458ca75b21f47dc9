// One route, compiled: what becomes of a request that it matched.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "headgate/heads.hpp"
#include "http/header_rules.hpp"
#include "route/redirect.hpp"
#include "route/rewrite.hpp"

namespace headgate::route {

struct Target {
  std::size_t upstream_index;  ///< position in the sorted names of upstreams
  std::uint32_t weight;
  std::uint32_t weight_below;  ///< sum of the weights of the targets before it and its own
};

struct Route {
  std::string name;
  std::size_t index = 0;        ///< position in the configuration
  std::vector<Target> targets;  ///< empty for a redirect and for a fixed response
  std::uint32_t total_weight = 0;
  std::optional<Redirect> redirect;
  std::optional<config::FixedResponse> respond;
  std::optional<Rewrite> rewrite;
  http::HeaderRules request_rules;
  http::HeaderRules response_rules;
  std::optional<std::uint64_t> body_bytes;           ///< overrides limits.body_bytes; 0: unlimited
  std::optional<config::Duration> client_body_idle;  ///< overrides timeouts.client_body_idle
  std::optional<config::Retry> retry;                ///< takes the place of the upstream's
  std::vector<std::string> upgrade;                  ///< protocols that requests may switch to
  bool connect = false;                              ///< CONNECT opens a tunnel
};

/// The upstream that takes this request, in proportion to the weights; `random` is uniform in [0, 2^32).
/// A target of weight 0 takes nothing. The route must have targets.
std::size_t pick_upstream(const Route& route, std::uint32_t random);

/// Appends the request-target to send upstream, in origin-form: the rewritten path, else the normalised one (which is
/// the received one unless normalisation changed it, so that the upstream reads the path that was matched), and the
/// query as received. "OPTIONS *" stays "*" (RFC 9112 s3.2.4).
void append_target(std::string& out, const Route& route, const RequestHead& request, std::string_view normalised_path);

/// Appends the value of Location of a route with a redirect. False, and nothing appended: it names "${host}" and the
/// request has none (HTTP/1.0 without Host), to be answered with 400.
[[nodiscard]] bool append_location(std::string& out, const Route& route, const RequestHead& request,
                                   std::string_view normalised_path, std::string_view scheme);

}  // namespace headgate::route
