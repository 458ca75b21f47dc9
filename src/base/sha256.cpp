#include "base/sha256.hpp"

#include <cstdint>
#include <new>

#include "base/certificate.hpp"

namespace headgate::base {

Sha256::Sha256() : context_{EVP_MD_CTX_new()} {
  if (!context_) throw std::bad_alloc{};
  check_openssl(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1, "SHA-256");
}

Sha256& Sha256::add(std::string_view text) {
  const std::uint64_t size = text.size();
  check_openssl(EVP_DigestUpdate(context_.get(), &size, sizeof size) == 1 &&
                    EVP_DigestUpdate(context_.get(), text.data(), text.size()) == 1,
                "SHA-256");
  return *this;
}

std::string Sha256::finish() {
  std::string bytes(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  check_openssl(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(bytes.data()), &size) == 1,
                "SHA-256");
  bytes.resize(size);
  return bytes;
}

}  // namespace headgate::base
