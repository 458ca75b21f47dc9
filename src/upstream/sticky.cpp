#include "upstream/sticky.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <stdexcept>

#include "http/cookie.hpp"

namespace headgate::upstream {
namespace {

using Hash = std::array<unsigned char, 32>;

/// HMAC-SHA256 of the parts. Each part is preceded by its length, so that no two lists of parts look alike.
Hash keyed_hash(const std::string& secret, std::initializer_list<std::string_view> parts) {
  std::string message;
  for (const std::string_view part : parts) message.append(std::to_string(part.size())).append(":").append(part);
  Hash hash{};
  unsigned length = hash.size();
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  if (HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), bytes, message.size(), hash.data(), &length) ==
      nullptr)
    throw std::runtime_error{"HMAC-SHA256 is not available"};
  return hash;
}

/// base64url (RFC 4648 s5) of bytes whose number is a multiple of three.
char* append_base64url(char* out, std::span<const unsigned char> bytes) {
  static constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned group =
        static_cast<unsigned>(bytes[i]) << 16U | static_cast<unsigned>(bytes[i + 1]) << 8U | bytes[i + 2];
    for (unsigned shift = 24; shift != 0; shift -= 6) *out++ = digits[group >> (shift - 6) & 63U];
  }
  return out;
}

std::string_view name_of(config::SameSite same_site) {
  switch (same_site) {
    case config::SameSite::lax:
      return "Lax";
    case config::SameSite::strict:
      return "Strict";
    case config::SameSite::none:
      return "None";
  }
  return {};
}

std::string attributes(const config::Sticky& settings) {
  std::string text = "; Path=" + settings.path;
  if (settings.ttl.count() != 0)
    text += "; Max-Age=" + std::to_string(std::chrono::ceil<std::chrono::seconds>(settings.ttl).count());
  if (settings.secure) text += "; Secure";
  if (settings.http_only) text += "; HttpOnly";
  return text.append("; SameSite=").append(name_of(settings.same_site));
}

}  // namespace

Sticky::Sticky(const config::Sticky& settings, std::string_view upstream, std::span<const std::string> endpoints)
    : cookie_{settings.cookie} {
  const std::string rest = attributes(settings) + "\r\n";
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    Token token = make_token(settings.secret.value(), upstream, endpoints[i]);
    token.endpoint = i;
    tokens_.push_back(token);
    lines_.push_back("Set-Cookie: " + cookie_ + "=" + std::string{token.text.begin(), token.text.end()} + rest);
  }
  // Stable: of an endpoint that stands there twice, the first.
  std::stable_sort(tokens_.begin(), tokens_.end(), [](const Token& a, const Token& b) { return a.name() < b.name(); });
}

Sticky::Token Sticky::make_token(const std::string& secret, std::string_view upstream, std::string_view endpoint) {
  const Hash name = keyed_hash(secret, {"headgate sticky name", upstream, endpoint});
  Token token;
  char* const rest = append_base64url(token.text.data(), std::span{name}.first(9));
  const Hash signature = keyed_hash(secret, {"headgate sticky signature", upstream, token.name()});
  append_base64url(rest, std::span{signature}.first(24));
  return token;
}

/// The name is no secret, so it may be searched for. The signature is compared in constant time: how much of it is
/// right must not show.
const Sticky::Token* Sticky::find(std::string_view value) const {
  if (value.size() != token_length) return nullptr;
  const std::string_view name = value.substr(0, name_length);
  const auto found =
      std::lower_bound(tokens_.begin(), tokens_.end(), name,
                       [](const Token& token, std::string_view wanted) { return token.name() < wanted; });
  if (found == tokens_.end() || CRYPTO_memcmp(found->text.data(), value.data(), token_length) != 0) return nullptr;
  return &*found;
}

std::optional<std::size_t> Sticky::endpoint_of(const Fields& fields) const {
  const Token* token = nullptr;
  http::find_cookie(fields, cookie_, [&](std::string_view value) {
    token = find(value);
    return token != nullptr;
  });
  return token == nullptr ? std::nullopt : std::optional{token->endpoint};
}

}  // namespace headgate::upstream
