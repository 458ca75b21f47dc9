#include "route/route.hpp"

#include <algorithm>

namespace headgate::route {
namespace {

/// OPTIONS for the server as a whole: "*", or an absolute-form without path and query (RFC 9112 s3.2.4).
bool asks_for_server(const RequestHead& request) {
  if (request.form == TargetForm::asterisk) return true;
  if (request.form != TargetForm::absolute || request.method != Method::options || request.has_query) return false;
  const std::size_t scheme_end = request.target.find("://");
  return scheme_end != std::string_view::npos && request.target.find('/', scheme_end + 3) == std::string_view::npos;
}

}  // namespace

std::size_t pick_upstream(const Route& route, std::uint32_t random) {
  if (route.targets.size() == 1) return route.targets.front().upstream_index;
  const auto draw = static_cast<std::uint32_t>((std::uint64_t{random} * route.total_weight) >> 32U);
  const auto target = std::upper_bound(route.targets.begin(), route.targets.end(), draw,
                                       [](std::uint32_t value, const Target& t) { return value < t.weight_below; });
  return target->upstream_index;
}

void append_target(std::string& out, const Route& route, const RequestHead& request, std::string_view normalised_path) {
  if (asks_for_server(request)) {
    out += '*';
    return;
  }
  const std::size_t begin = out.size();
  if (route.rewrite) {
    route.rewrite->append_path(out, normalised_path);
  } else {
    out += normalised_path;
  }
  if (!request.has_query) return;
  const bool query_begun = route.rewrite && out.find('?', begin) != std::string::npos;
  out += query_begun ? '&' : '?';
  out += request.query;
}

bool append_location(std::string& out, const Route& route, const RequestHead& request, std::string_view normalised_path,
                     std::string_view scheme) {
  return route.redirect->append_location(out, request, normalised_path, scheme);
}

}  // namespace headgate::route
