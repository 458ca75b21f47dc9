// Files of TLS whose content is of use until a day that is written in it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/openssl.hpp"
#include "base/revocation_list.hpp"

namespace headgate::config {

struct FileTerm {
  enum class Kind : std::uint8_t { certificate, authority, revocation_list };

  Kind kind = Kind::certificate;
  std::string listener;  ///< by name; empty: it is an upstream's
  std::string upstream;
  std::string file;
  std::chrono::sys_seconds until;       ///< far away: it does not end
  std::chrono::seconds tell_before{0};  ///< somebody should hear of it so long before
  [[nodiscard]] bool ends() const { return until != std::chrono::sys_seconds::max(); }
  [[nodiscard]] bool is_due(std::chrono::sys_seconds now) const { return until - tell_before < now; }
};

/// As metrics and the status name it.
std::string_view to_string(FileTerm::Kind kind);

/// Let's Encrypt renews 30 days before the end: whoever is below half of that has a renewal that fails.
inline constexpr std::chrono::days tell_of_certificates_before{14};

/// The first end that is still to come, or the last one: of authorities that follow each other the old one may go.
std::chrono::sys_seconds end_of(const std::vector<base::CertificatePtr>& authorities, std::chrono::sys_seconds now);

/// Of lists, of which each ends for the certificates of its authority: `until` and `tell_before` of the first to end. A
/// list is renewed when it suits its authority: whoever has less than a quarter of its time left has an old one.
FileTerm term_of(const std::vector<base::RevocationListPtr>& lists);

/// Certificates that have expired, where one that is still good was read from the same file `before`. In words for the
/// operator.
std::vector<std::string> expired_successors(const std::vector<FileTerm>& before, const std::vector<FileTerm>& fresh,
                                            std::chrono::sys_seconds now);

}  // namespace headgate::config
