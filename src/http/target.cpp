#include "http/target.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/authority.hpp"

namespace headgate::http {
namespace {

using Table = std::array<bool, 256>;

constexpr Table visible_except(std::string_view excluded) {
  Table table{};
  for (std::size_t c = 0x21; c < 0x7f; ++c) table[c] = excluded.find(static_cast<char>(c)) == std::string_view::npos;
  return table;
}

constexpr Table path_table = visible_except("#?%\\");
constexpr Table query_table = visible_except("#");

bool in(const Table& table, char c) { return table[static_cast<unsigned char>(c)]; }

enum class Triplet { good, cut, bad };

/// `at` is the '%'. NUL is refused: it ends strings in too many programs behind us.
Triplet check_triplet(const char* at, std::size_t available) {
  if (available < 2) return Triplet::cut;
  const int high = base::hex_value(at[1]);
  if (high < 0) return Triplet::bad;
  if (available < 3) return Triplet::cut;
  const int low = base::hex_value(at[2]);
  return low < 0 || high + low == 0 ? Triplet::bad : Triplet::good;
}

Error bad_target(const char* detail) { return {Cause::client_bad_target, detail}; }

void split_query(RequestHead& head, std::string_view rest, std::size_t query_at) {
  head.has_query = query_at != std::string_view::npos;
  head.path = rest.substr(0, query_at);
  if (head.has_query) head.query = rest.substr(query_at + 1);
}

/// http://host[:port][/path][?query]
Result<void> split_absolute(RequestHead& head) {
  const std::size_t scheme_end = head.target.find("://");
  const std::string_view scheme = head.target.substr(0, scheme_end);
  if (scheme_end == std::string_view::npos || !(base::iequals(scheme, "http") || base::iequals(scheme, "https")))
    return bad_target("neither a path nor an http or https URI");
  const std::string_view after = head.target.substr(scheme_end + 3);
  const std::size_t authority_end = after.find_first_of("/?");
  head.form = TargetForm::absolute;
  head.authority = after.substr(0, authority_end);
  if (head.authority.empty() || head.authority.front() == ':' || !base::is_valid_authority(head.authority))
    return bad_target("authority");
  const std::string_view rest = authority_end == std::string_view::npos ? "" : after.substr(authority_end);
  split_query(head, rest, rest.find('?'));
  // RFC 9112 s3.2.4: the last proxy turns OPTIONS on an authority alone into "*".
  if (head.path.empty()) head.path = head.method == Method::options && !head.has_query ? "*" : "/";
  return {};
}

Result<void> split_authority(RequestHead& head) {
  const std::size_t colon = head.target.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == head.target.size() ||
      !base::is_valid_authority(head.target))
    return bad_target("CONNECT takes host:port");
  head.form = TargetForm::authority;
  head.authority = head.target;
  return {};
}

}  // namespace

TargetScan::Status TargetScan::scan(const char* bytes, std::size_t& at, std::size_t end) {
  while (query_at_ == 0) {
    while (at < end && in(path_table, bytes[at])) ++at;
    if (at == end) return Status::need_more;
    if (bytes[at] == '%') {
      const Triplet triplet = check_triplet(bytes + at, end - at);
      if (triplet == Triplet::cut) return Status::need_more;
      if (triplet == Triplet::bad) return Status::bad;
      at += 3;
    } else if (bytes[at] == '?') {
      query_at_ = at++;
    } else {
      return bytes[at] == ' ' ? Status::ended_by_space : Status::bad;
    }
  }
  while (at < end && in(query_table, bytes[at])) ++at;
  if (at == end) return Status::need_more;
  return bytes[at] == ' ' ? Status::ended_by_space : Status::bad;
}

Result<void> split_target(RequestHead& head, std::size_t query_at) {
  if (head.target.empty()) return Error{Cause::client_bad_request_line, "empty target or two spaces"};
  if (head.method == Method::connect) return split_authority(head);
  if (head.target.front() == '/') {
    head.form = TargetForm::origin;
    split_query(head, head.target, query_at);
    return {};
  }
  if (head.target == "*") {
    head.form = TargetForm::asterisk;
    head.path = head.target;
    return {};
  }
  return split_absolute(head);
}

}  // namespace headgate::http
