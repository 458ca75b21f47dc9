// Lists of certificates that their authorities do not stand for any more (CRLs, RFC 5280 s5).
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/openssl.hpp"

namespace headgate::base {

using RevocationListPtr = std::unique_ptr<X509_CRL, FreeWith<X509_CRL_free>>;

/// All that are in the text. Throws CertificateError: none, or one that cannot be read.
std::vector<RevocationListPtr> revocation_lists_in(const std::string& pem);

/// Throws CertificateError: one of the authorities is the list's by name, and none of that name has signed it.
void check_signature(X509_CRL* list, const std::vector<CertificatePtr>& authorities);

/// When its authority has a newer one (nextUpdate); from then on nobody believes this one. Far away: it does not say.
std::chrono::sys_seconds end_of(const X509_CRL* list);

/// From now on every certificate of a peer's chain must have a valid list of its authority, and not be on it. The empty
/// text changes nothing. The signatures of lists of `authorities` are checked here, once: OpenSSL would do it for each
/// peer, also for one that has shown a forged certificate, over megabytes. Throws as revocation_lists_in().
void refuse_revoked(SSL_CTX* context, const std::string& pem, const std::vector<CertificatePtr>& authorities);

/// Of those that were given to it; far away: there is none.
std::chrono::sys_seconds first_end_of_lists(const SSL_CTX* context);

}  // namespace headgate::base
