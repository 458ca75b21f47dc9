#include "state/record.hpp"

#include <algorithm>

#include "base/decision.hpp"

namespace headgate::state {

bool is_newer(const Entry& a, const Entry& b) { return base::holds_over(a.at, a.by, b.at, b.by); }

bool Record::empty() const {
  return std::none_of(entries_.begin(), entries_.end(), [](const auto& entry) { return entry.has_value(); });
}

std::vector<Entry> Record::entries() const {
  std::vector<Entry> all;
  for (const auto& entry : entries_)
    if (entry) all.push_back(*entry);
  return all;
}

bool Record::put(const Entry& entry) {
  auto& known = entries_[entry.change.index()];
  if (known && !is_newer(entry, *known)) return false;
  known = entry;
  return true;
}

std::vector<Entry> Record::merge(const Record& other) {
  std::vector<Entry> taken;
  for (const Entry& theirs : other.entries())
    if (put(theirs)) taken.push_back(theirs);
  return taken;
}

}  // namespace headgate::state
