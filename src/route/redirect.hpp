// The Location of a redirect, from a template with "${scheme}", "${host}", "${path}" and "${query}".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"
#include "headgate/heads.hpp"

namespace headgate::route {

class Redirect {
 public:
  /// Throws std::invalid_argument for what config::location_problem refuses.
  explicit Redirect(const config::Redirect& settings);

  [[nodiscard]] std::uint16_t status() const { return status_; }

  /// See route.hpp. A location that is a path on this host never turns into one on another host, whatever the
  /// request's path is: a run of '/' and '\' at its start becomes one '/', as browsers take "//x" and "/\x" for hosts.
  [[nodiscard]] bool append_location(std::string& out, const RequestHead& request, std::string_view normalised_path,
                                     std::string_view scheme) const;

 private:
  enum class Source : std::uint8_t { literal, scheme, host, path, query };
  struct Part {
    Source source;
    std::string literal;
  };
  void add_variable(std::string_view name);

  std::uint16_t status_;
  bool on_this_host_;  ///< the template is a path, not "//host/..." or "scheme://..."
  bool needs_host_ = false;
  std::vector<Part> parts_;
};

}  // namespace headgate::route
