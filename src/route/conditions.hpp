// What a route asks of a request beside host and path: method, header fields, query parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "headgate/heads.hpp"

namespace headgate::route {

enum class Verdict : std::uint8_t {
  no,
  other_method,  ///< everything but the method holds
  yes,
};

class Conditions {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  explicit Conditions(const config::Match& match);

  /// The more, the more specific: one for methods, one for each header field and each query parameter.
  [[nodiscard]] std::uint32_t count() const { return count_; }

  [[nodiscard]] Verdict judge(const RequestHead& request) const {
    if (count_ == 0) return Verdict::yes;
    return judge_all(request);
  }

  /// Methods as Allow lists them; HEAD is among them when GET is.
  [[nodiscard]] const std::vector<std::string>& methods() const { return methods_; }
  /// Names to values; "*": any.
  [[nodiscard]] const Pairs& headers() const { return headers_; }

 private:
  [[nodiscard]] Verdict judge_all(const RequestHead& request) const;
  [[nodiscard]] bool method_holds(const RequestHead& request) const;

  std::uint32_t count_;
  std::uint32_t known_methods_ = 0;  ///< bit 1 << Method; 0 together with no methods_: every method
  std::vector<std::string> methods_;
  Pairs headers_;
  Pairs query_;
};

}  // namespace headgate::route
