#include "http/field_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>

#include "base/ascii.hpp"
#include "http/scan.hpp"

namespace headgate::http {
namespace {

constexpr std::uint64_t case_bits = 0x2020202020202020;

template <class Word>
Word lower(const char* at) {
  Word word = 0;
  std::memcpy(&word, at, sizeof word);
  return static_cast<Word>(word | static_cast<Word>(case_bits));
}

/// `known`: lower-case letters and '-', as long as `name`. Setting the case bit makes no other token character equal
/// to one of those.
template <std::size_t N>
bool same(const char* name, const char (&known)[N]) {
  constexpr std::size_t size = N - 1;
  if constexpr (size >= 8) {
    for (std::size_t i = 0; i + 8 <= size; i += 8)
      if (lower<std::uint64_t>(name + i) != lower<std::uint64_t>(known + i)) return false;
    return lower<std::uint64_t>(name + size - 8) == lower<std::uint64_t>(known + size - 8);
  } else if constexpr (size >= 4) {
    return lower<std::uint32_t>(name) == lower<std::uint32_t>(known) &&
           lower<std::uint32_t>(name + size - 4) == lower<std::uint32_t>(known + size - 4);
  } else {
    return lower<std::uint16_t>(name) == lower<std::uint16_t>(known) &&
           lower<std::uint16_t>(name + size - 2) == lower<std::uint16_t>(known + size - 2);
  }
}

FieldId long_field_id(const char* n, std::size_t size) {
  using enum FieldId;
  switch (size) {
    case 13:
      return same(n, "authorization") ? authorization : same(n, "cache-control") ? cache_control : other;
    case 14:
      return same(n, "content-length") ? content_length : other;
    case 15:
      return same(n, "x-forwarded-for") ? x_forwarded_for : other;
    case 16:
      if (same(n, "content-encoding")) return content_encoding;
      if (same(n, "proxy-connection")) return proxy_connection;
      return same(n, "x-forwarded-host") ? x_forwarded_host : other;
    case 17:
      if (same(n, "transfer-encoding")) return transfer_encoding;
      return same(n, "x-forwarded-proto") ? x_forwarded_proto : other;
    case 18:
      return same(n, "proxy-authenticate") ? proxy_authenticate : other;
    case 19:
      return same(n, "proxy-authorization") ? proxy_authorization : other;
    default:
      return other;
  }
}

}  // namespace

FieldId field_id(std::string_view name) {
  using enum FieldId;
  const char* n = name.data();
  switch (name.size()) {
    case 2:
      return same(n, "te") ? te : other;
    case 3:
      return same(n, "age") ? age : same(n, "via") ? via : other;
    case 4:
      return same(n, "host") ? host : same(n, "date") ? date : other;
    case 6:
      if (same(n, "accept")) return accept;
      if (same(n, "cookie")) return cookie;
      return same(n, "server") ? server : same(n, "expect") ? expect : other;
    case 7:
      return same(n, "upgrade") ? upgrade : same(n, "trailer") ? trailer : other;
    case 8:
      return same(n, "location") ? location : other;
    case 9:
      return same(n, "forwarded") ? forwarded : same(n, "x-real-ip") ? x_real_ip : other;
    case 10:
      if (same(n, "user-agent")) return user_agent;
      return same(n, "connection") ? connection : same(n, "keep-alive") ? keep_alive : other;
    case 11:
      return same(n, "retry-after") ? retry_after : other;
    case 12:
      return same(n, "content-type") ? content_type : same(n, "x-request-id") ? x_request_id : other;
    default:
      return long_field_id(n, name.size());
  }
}

namespace {

std::string with_dashes(std::string_view name) {
  std::string dashed{name};
  std::replace(dashed.begin(), dashed.end(), '_', '-');
  return dashed;
}

}  // namespace

TrailerUse trailer_use(FieldId id, std::string_view name) {
  static constexpr FieldSet refused{FieldId::host,          FieldId::content_length,      FieldId::transfer_encoding,
                                    FieldId::authorization, FieldId::proxy_authorization, FieldId::cookie};
  static constexpr std::array<std::string_view, 13> dropped{
      "set-cookie", "www-authenticate",  "content-range",       "max-forwards", "range",   "if-match", "if-none-match",
      "if-range",   "if-modified-since", "if-unmodified-since", "vary",         "expires", "pragma"};
  // Nobody needs it as a trailer, and a backend that reads fields as CGI variables takes it for the one with dashes.
  if (name.find('_') != std::string_view::npos && field_id(with_dashes(name)) != FieldId::other)
    return TrailerUse::drop;
  // Every other field that the proxy knows is one of control data, forwarding or content format.
  if (id != FieldId::other) return refused.has(id) ? TrailerUse::refuse : TrailerUse::drop;
  for (const std::string_view head_only : dropped)
    if (base::iequals(name, head_only)) return TrailerUse::drop;
  return TrailerUse::keep;
}

}  // namespace headgate::http
