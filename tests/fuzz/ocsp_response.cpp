// What a responder sends is read or refused, whatever it is; and only what the authority has signed is believed: nobody
// has its key here.
#include <openssl/x509.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/ocsp_response.hpp"

namespace {

/// With serial number 1, as the seed has it; it has signed itself.
headgate::base::CertificatePtr make_authority() {
  headgate::base::CertificatePtr authority{X509_new()};
  const headgate::base::KeyPtr key{EVP_EC_gen("P-256")};
  ASN1_INTEGER_set(X509_get_serialNumber(authority.get()), 1);
  X509_set_pubkey(authority.get(), key.get());
  X509_sign(authority.get(), key.get(), EVP_sha256());
  return authority;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headgate::base;
  static const CertificatePtr authority = make_authority();
  try {
    const OcspResponse response{{reinterpret_cast<const char*>(data), size}, authority.get(), nullptr};
    if (response.der().size() != size) std::abort();
    response.check_signature(authority.get());
    std::abort();  // believed
  } catch (const CertificateError& error) {
    if (*error.what() == '\0') std::abort();
  }
  return 0;
}
