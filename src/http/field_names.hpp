// What the proxy knows of field names.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>

#include "headgate/heads.hpp"

namespace headgate::http {

inline constexpr std::string_view strict_transport_security = "Strict-Transport-Security";  // RFC 6797

/// `name` must be a token. Case-insensitive.
FieldId field_id(std::string_view name);

/// A set of known fields as bits.
class FieldSet {
 public:
  constexpr FieldSet() = default;
  constexpr FieldSet(std::initializer_list<FieldId> ids) {
    for (const FieldId id : ids) add(id);
  }
  constexpr void add(FieldId id) { bits_ |= std::uint64_t{1} << static_cast<unsigned>(id); }
  [[nodiscard]] constexpr bool has(FieldId id) const { return (bits_ >> static_cast<unsigned>(id) & 1) != 0; }

 private:
  std::uint64_t bits_ = 0;
};

/// Never forwarded (RFC 9110 s7.6.1). Trailer is not among them: trailers are forwarded. Proxy-Authenticate and
/// Proxy-Authorization are: a reverse proxy is no client's proxy, and nothing behind it should see or ask for them.
inline constexpr FieldSet hop_by_hop_fields{
    FieldId::connection, FieldId::keep_alive,          FieldId::proxy_connection,  FieldId::proxy_authenticate,
    FieldId::te,         FieldId::proxy_authorization, FieldId::transfer_encoding, FieldId::upgrade};

/// A Connection option that names one of these is ignored: letting a client strip them on the way would change where a
/// message goes, where it ends, or who it is said to come from (RFC 9110 s7.6.1 forbids naming such fields).
inline constexpr FieldSet unstrippable_fields{FieldId::host,
                                              FieldId::content_length,
                                              FieldId::content_type,
                                              FieldId::content_encoding,
                                              FieldId::trailer,
                                              FieldId::authorization,
                                              FieldId::cookie,
                                              FieldId::cache_control,
                                              FieldId::date,
                                              FieldId::expect,
                                              FieldId::via,
                                              FieldId::forwarded,
                                              FieldId::x_real_ip,
                                              FieldId::x_forwarded_for,
                                              FieldId::x_forwarded_host,
                                              FieldId::x_forwarded_proto,
                                              FieldId::x_request_id};

enum class TrailerUse : std::uint8_t { keep, drop, refuse };

/// What to do with a field in a trailer section (RFC 9110 s6.5.1). One that decides where the message ends, where it
/// goes, or who sent it is an attack and refused; others that are only good in a head are dropped.
TrailerUse trailer_use(FieldId id, std::string_view name);

}  // namespace headgate::http
