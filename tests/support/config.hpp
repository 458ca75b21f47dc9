#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "support/fake_upstream.hpp"

namespace headgate::testing {

/// A value of the configuration, as JSON.
struct Value {
  Value(const char* text);                             // NOLINT(google-explicit-constructor)
  Value(const std::string& text);                      // NOLINT(google-explicit-constructor)
  Value(int number) : json{std::to_string(number)} {}  // NOLINT(google-explicit-constructor)
  Value(bool yes) : json{yes ? "true" : "false"} {}    // NOLINT(google-explicit-constructor)
  static Value of_json(std::string_view text);

  std::string json;
};

/// The text of a configuration file, changed by JSON pointers:
///   route_all_to(upstream).with("/timeouts/client_idle", "200ms").with("/routes/0/match/hosts/0", "a.example")
class Config {
 public:
  /// Any text; need not be JSON as long as nothing is changed in it.
  explicit Config(std::string text) : text_{std::move(text)} {}

  /// Adds or replaces; missing objects and arrays on the way are made, "-" appends.
  [[nodiscard]] Config with(std::string_view pointer, const Value& value) const;
  [[nodiscard]] Config without(std::string_view pointer) const;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// One worker, one listener "web" on a free port of 127.0.0.1, one route "all" to the upstream "origin" with these
/// backends; everything logged, a short drain.
Config route_all_to(std::initializer_list<std::string> backend_urls);
inline Config route_all_to(const FakeUpstream& upstream) { return route_all_to({upstream.url()}); }
/// Every request is answered with this text.
inline Config saying(const std::string& text) {
  return route_all_to({"http://127.0.0.1:1"}).without("/routes/0/upstream").with("/routes/0/respond/body", text);
}

}  // namespace headgate::testing
