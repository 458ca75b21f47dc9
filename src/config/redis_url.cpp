#include "config/redis_url.hpp"

#include <charconv>
#include <optional>

#include "base/ascii.hpp"
#include "config/address.hpp"
#include "config/value_types.hpp"

namespace headgate::config {
namespace {

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? base::hex_value(text[i + 1]) : -1;
    const int low = high >= 0 ? base::hex_value(text[i + 2]) : -1;
    if (low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

bool read_database(std::string_view digits, RedisAddress& out) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.database);
  return error == std::errc{} && end == digits.data() + digits.size();
}

Outcome<RedisAddress> of_socket(std::string_view rest) {
  using Result = Outcome<RedisAddress>;
  RedisAddress out;
  const std::size_t mark = rest.find("?database=");
  out.server.unix_path = rest.substr(0, mark);
  if (!out.server.unix_path.starts_with('/')) return Result::wrong("the path of the socket is not absolute");
  if (mark != std::string_view::npos && !read_database(rest.substr(mark + 10), out))
    return Result::wrong("the database is not a number");
  return {out, {}};
}

/// "[user]:password" or "password".
bool read_credentials(std::string_view text, RedisAddress& out) {
  const std::size_t colon = text.find(':');
  const auto user = percent_decoded(colon == std::string_view::npos ? "" : text.substr(0, colon));
  const auto password = percent_decoded(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (!user || !password) return false;
  out.user = *user;
  out.password = *password;
  return true;
}

}  // namespace

Outcome<RedisAddress> parse_redis_url(std::string_view text) {
  using Result = Outcome<RedisAddress>;
  if (text.starts_with("unix://")) return of_socket(text.substr(7));
  if (text.starts_with("rediss://")) return Result::wrong("TLS to Redis is not supported by this version");
  if (!text.starts_with("redis://")) return Result::wrong("it begins with neither \"redis://\" nor \"unix://\"");
  std::string_view rest = text.substr(8);
  RedisAddress out;
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    if (!read_credentials(rest.substr(0, at), out)) return Result::wrong("a percent-encoding in it is broken");
    rest.remove_prefix(at + 1);
  }
  if (const std::size_t slash = rest.find('/'); slash != std::string_view::npos) {
    if (slash + 1 < rest.size() && !read_database(rest.substr(slash + 1), out))
      return Result::wrong("the database is not a number");
    rest = rest.substr(0, slash);
  }
  std::string server{rest};
  const bool has_port = rest.rfind(':') != std::string_view::npos && !rest.ends_with(']');
  if (!has_port) server += ":6379";
  const auto endpoint = parse_backend_url("http://" + server);
  if (!endpoint.value) return Result::wrong(endpoint.problem);
  out.server = *endpoint.value;
  return {out, {}};
}

Type<std::string> redis_url() {
  Type<std::string> out;
  out.shape = string_shape("a url such as \"redis://10.0.0.5:6379/0\"");
  out.read = [shape = out.shape](const Node& node, std::string& target, Findings& findings) {
    const std::string* found = string_of(node, shape, findings);
    if (found == nullptr) return;
    // It may hold a password: no message quotes it.
    if (const auto parsed = parse_redis_url(*found); !parsed.value) {
      if (node.unresolved) return;
      return findings.error(node, "expected " + shape.expected + ": " + parsed.problem);
    }
    target = *found;
  };
  out.write = [](const std::string& value) -> Json {
    const std::size_t at = value.rfind('@');
    const std::size_t scheme = value.find("://");
    if (at == std::string::npos || scheme == std::string::npos) return value;
    return value.substr(0, scheme + 3) + "(hidden)" + value.substr(at);
  };
  return out;
}

}  // namespace headgate::config
