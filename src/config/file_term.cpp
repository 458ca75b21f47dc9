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

std::vector<std::string> expired_successors(const std::vector<FileTerm>& before, const std::vector<FileTerm>& fresh,
                                            std::chrono::sys_seconds now) {
  std::vector<std::string> found;
  for (const FileTerm& term : fresh) {
    if (term.kind != FileTerm::Kind::certificate || term.until >= now) continue;
    const bool replaces_a_good_one = std::any_of(before.begin(), before.end(), [&](const FileTerm& old) {
      return old.kind == term.kind && old.listener == term.listener && old.upstream == term.upstream &&
             old.file == term.file && old.until >= now;
    });
    if (replaces_a_good_one) found.push_back(term.file + ": the certificate has expired, the one in use has not");
  }
  return found;
}

}  // namespace headgate::config
