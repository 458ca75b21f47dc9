#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/upstream_settings.hpp"
#include "headgate/heads.hpp"

namespace headgate::upstream {

/// The cookie that brings a client back to its endpoint. A token is made of two keyed hashes (HMAC-SHA256) under the
/// secret: one that names the endpoint, and one that signs the name. So it tells nobody an address, nobody can make
/// one, and every instance with the secret, before and after a restart, makes and reads the same, in whatever order its
/// backends stand. All tokens are made at construction: a request costs no hash.
class Sticky {
 public:
  /// `settings.secret` is there: whoever starts the process asks the state store for one if the configuration has none.
  Sticky(const config::Sticky& settings, std::string_view upstream, std::span<const std::string> endpoints);

  /// Where a cookie of the request leads, by its index; nullopt when none of them is a token of ours.
  [[nodiscard]] std::optional<std::size_t> endpoint_of(const Fields& fields) const;
  /// "Set-Cookie: name=token; Path=/...", with the end of the line.
  [[nodiscard]] std::string_view set_cookie_line(std::size_t endpoint) const { return lines_[endpoint]; }

 private:
  static constexpr std::size_t name_length = 12;   ///< characters of base64url: 9 bytes
  static constexpr std::size_t token_length = 44;  ///< and 24 bytes of the signature

  struct Token {
    std::array<char, token_length> text;
    std::size_t endpoint = 0;
    [[nodiscard]] std::string_view name() const { return {text.data(), name_length}; }
  };
  static Token make_token(const std::string& secret, std::string_view upstream, std::string_view endpoint);
  [[nodiscard]] const Token* find(std::string_view value) const;

  std::string cookie_;
  std::vector<Token> tokens_;       ///< sorted by name
  std::vector<std::string> lines_;  ///< by endpoint
};

}  // namespace headgate::upstream
