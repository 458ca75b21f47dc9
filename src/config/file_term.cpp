#include "config/file_term.hpp"

#include <algorithm>

#include "base/certificate.hpp"

namespace headgate::config {

std::string_view to_string(FileTerm::Kind kind) {
  switch (kind) {
    case FileTerm::Kind::certificate:
      return "certificate";
    case FileTerm::Kind::authority:
      return "authority";
    case FileTerm::Kind::revocation_list:
      return "revocation_list";
  }
  return "";
}

std::chrono::sys_seconds end_of(const std::vector<base::CertificatePtr>& authorities, std::chrono::sys_seconds now) {
  auto next = std::chrono::sys_seconds::max();
  auto last = std::chrono::sys_seconds::min();
  for (const base::CertificatePtr& authority : authorities) {
    const auto end = base::time_of(X509_get0_notAfter(authority.get()));
    last = std::max(last, end);
    if (end >= now) next = std::min(next, end);
  }
  return std::min(next, last);
}

FileTerm term_of(const std::vector<base::RevocationListPtr>& lists) {
  FileTerm term;
  term.kind = FileTerm::Kind::revocation_list;
  term.until = std::chrono::sys_seconds::max();
  for (const base::RevocationListPtr& list : lists) {
    const auto end = base::end_of(list.get());
    if (end >= term.until) continue;
    const std::chrono::seconds time = end - base::time_of(X509_CRL_get0_lastUpdate(list.get()));
    term.until = end;
    term.tell_before = std::min<std::chrono::seconds>(time / 4, tell_of_certificates_before);
  }
  return term;
}

}  // namespace headgate::config
