// What one instance knows, in memory: the records of the configured backends, and the secrets.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "state/record.hpp"

namespace headgate::state {

class Ledger {
 public:
  /// Replaces the sets of backends and secrets; what was known of others is forgotten.
  void watch(const std::vector<BackendId>& backends, const std::vector<std::string>& secrets);

  /// Null when the backend is none of the configuration's.
  [[nodiscard]] const Record* find(const BackendId& backend) const;
  [[nodiscard]] const std::map<BackendId, Record>& records() const { return records_; }
  /// False: not watched, or something newer is known.
  bool put(const BackendId& backend, const Entry& entry);
  /// Returns what has changed.
  std::vector<Entry> merge(const BackendId& backend, const Record& other);

  /// nullopt: not watched, or nobody has made one yet.
  [[nodiscard]] std::optional<std::string> secret(const std::string& name) const;
  [[nodiscard]] const std::map<std::string, std::optional<std::string>>& secrets() const { return secrets_; }
  /// Watches it, too.
  void set_secret(const std::string& name, std::string value) { secrets_[name] = std::move(value); }

 private:
  std::map<BackendId, Record> records_;
  std::map<std::string, std::optional<std::string>> secrets_;
};

/// A random secret: 256 bits in hexadecimal digits.
std::string make_secret();
/// Whether a text that was found in a store can be one.
bool is_secret(const std::string& text);

}  // namespace headgate::state
