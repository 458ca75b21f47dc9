#include "state/ledger.hpp"

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"
#include "base/random_bytes.hpp"

namespace headgate::state {
namespace {

constexpr std::size_t secret_bytes = 32;

/// `known` with these keys and no others.
template <class Key, class Value>
void keep_only(std::map<Key, Value>& known, const std::vector<Key>& keys) {
  std::map<Key, Value> kept;
  for (const Key& key : keys) kept.emplace(key, std::move(known[key]));
  known = std::move(kept);
}

}  // namespace

void Ledger::watch(const std::vector<BackendId>& backends, const std::vector<std::string>& secrets) {
  keep_only(records_, backends);
  keep_only(secrets_, secrets);
}

const Record* Ledger::find(const BackendId& backend) const {
  const auto found = records_.find(backend);
  return found == records_.end() ? nullptr : &found->second;
}

bool Ledger::put(const BackendId& backend, const Entry& entry) {
  const auto found = records_.find(backend);
  return found != records_.end() && found->second.put(entry);
}

std::vector<Entry> Ledger::merge(const BackendId& backend, const Record& other) {
  const auto found = records_.find(backend);
  return found == records_.end() ? std::vector<Entry>{} : found->second.merge(other);
}

std::optional<std::string> Ledger::secret(const std::string& name) const {
  const auto found = secrets_.find(name);
  return found == secrets_.end() ? std::nullopt : found->second;
}

std::string make_secret() { return base::random_hex(secret_bytes); }

bool is_secret(const std::string& text) {
  return text.size() == 2 * secret_bytes &&
         std::all_of(text.begin(), text.end(), [](char c) { return base::hex_value(c) >= 0; });
}

}  // namespace headgate::state
