#include "base/path.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

#include "base/ascii.hpp"
#include "base/percent.hpp"

namespace headgate::base {
namespace {

constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

/// RFC 3986 s2.3.
constexpr bool is_unreserved(int byte) {
  const char c = static_cast<char>(byte);
  return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

/// Never in a valid URI; two spellings of one path if they were left alone.
constexpr bool must_be_encoded(unsigned char c) { return c <= 0x20 || c >= 0x7F; }

constexpr auto rewritten = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = c == '%' || must_be_encoded(static_cast<unsigned char>(c));
  return table;
}();

/// False for nearly every request: then nothing is copied.
bool may_change(std::string_view path, bool merge_slashes) {
  if (path.empty() || path.front() != '/') return true;
  char before = '\0';
  for (const char c : path) {
    if (rewritten[static_cast<unsigned char>(c)]) return true;
    if (before == '/' && (c == '.' || (c == '/' && merge_slashes))) return true;
    before = c;
  }
  return false;
}

void decode_unreserved(std::string_view path, std::string& out) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    if (c != '%') {
      must_be_encoded(c) ? append_triplet(out, c) : out.push_back(path[i]);
      continue;
    }
    const int high = i + 2 < path.size() ? hex_value(path[i + 1]) : -1;
    const int low = high >= 0 ? hex_value(path[i + 2]) : -1;
    if (low < 0) {
      append_triplet(out, '%');  // left alone, "%%34%31" would become "%41", which the next reader decodes again
      continue;
    }
    const int byte = high * 16 + low;
    is_unreserved(byte) ? out.push_back(static_cast<char>(byte))
                        : append_triplet(out, static_cast<unsigned char>(byte));
    i += 2;
  }
}

/// RFC 3986 s5.2.4, in place: what is written never overtakes what is read.
void remove_dot_segments(std::string& path, bool merge_slashes) {
  std::size_t written = 0;
  for (std::size_t begin = 0; begin < path.size();) {
    const std::size_t end = std::min(path.find('/', begin + 1), path.size());
    const std::string_view segment{path.data() + begin + 1, end - begin - 1};
    const bool up = segment == "..";
    if (up) {
      while (written > 0 && path[--written] != '/') {
      }
    }
    if (up || segment == "." || (segment.empty() && merge_slashes)) {
      if (end == path.size()) path[written++] = '/';  // "/a/." is the folder "/a/"
    } else {
      std::memmove(path.data() + written, path.data() + begin, end - begin);
      written += end - begin;
    }
    begin = end;
  }
  path.resize(written);
}

/// "::1" for "0:0::1"; the text in lower case when it is no IPv6 address.
void append_ipv6(std::string& out, std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  in6_addr address{};
  if (text.size() < buffer.size()) {
    std::copy(text.begin(), text.end(), buffer.begin());
    if (inet_pton(AF_INET6, buffer.data(), &address) == 1) {
      out += inet_ntop(AF_INET6, &address, buffer.data(), buffer.size());
      return;
    }
  }
  std::transform(text.begin(), text.end(), std::back_inserter(out), [](char c) { return to_lower(c); });
}

}  // namespace

std::string_view normalise_path(std::string_view path, bool merge_slashes, std::string& scratch) {
  if (!may_change(path, merge_slashes)) return path;
  scratch.clear();
  if (path.empty() || path.front() != '/') scratch += '/';
  decode_unreserved(path, scratch);
  remove_dot_segments(scratch, merge_slashes);
  return scratch == path ? path : std::string_view{scratch};
}

std::string_view normalise_host(std::string_view authority, std::string& scratch) {
  if (!authority.empty() && authority.front() == '[') {
    scratch = '[';
    append_ipv6(scratch, authority.substr(1, authority.find(']') - 1));
    scratch += ']';
    return authority.starts_with(scratch) ? authority.substr(0, scratch.size()) : std::string_view{scratch};
  }
  std::string_view host = authority.substr(0, authority.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  if (std::none_of(host.begin(), host.end(), is_upper)) return host;
  scratch.clear();
  std::transform(host.begin(), host.end(), std::back_inserter(scratch), [](char c) { return to_lower(c); });
  return scratch;
}

}  // namespace headgate::base
