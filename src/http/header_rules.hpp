// Configured changes of header fields, compiled once and applied by the head writers as they write.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "headgate/heads.hpp"

namespace headgate::http {

/// Order: remove, set, add. `set` replaces every field of that name, also those that the proxy writes itself
/// (X-Forwarded-For and so on); a request's Host may be set, but not removed or added.
class HeaderRules {
 public:
  using Pairs = std::vector<std::pair<std::string, std::string>>;

  HeaderRules() = default;
  /// nullopt for what base::change_problem or base::value_problem refuses; validated with the configuration.
  static std::optional<HeaderRules> compile(const Pairs& set, const Pairs& add, const std::vector<std::string>& remove);

  [[nodiscard]] bool empty() const { return dropped_ids_ == 0 && dropped_names_.empty() && lines_.empty() && !host_; }
  /// A field of this name that would have been sent is not sent.
  [[nodiscard]] bool drops(FieldId id, std::string_view name) const {
    if (id != FieldId::other) return (dropped_ids_ >> static_cast<unsigned>(id) & 1) != 0;
    return !dropped_names_.empty() && drops_name(name);
  }
  /// The fields of set and add as "Name: value\r\n" lines.
  [[nodiscard]] std::string_view lines() const { return lines_; }
  /// The Host to send in place of any other.
  [[nodiscard]] const std::optional<std::string>& host() const { return host_; }

 private:
  void add_line(std::string_view name, std::string_view value);
  void drop(std::string_view name);
  [[nodiscard]] bool drops_name(std::string_view name) const;

  std::uint64_t dropped_ids_ = 0;  ///< bit n: FieldId n
  std::vector<std::string> dropped_names_;
  std::string lines_;
  std::optional<std::string> host_;
};

}  // namespace headgate::http
