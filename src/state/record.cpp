#include "state/record.hpp"

#include <algorithm>
#include <tuple>

namespace headgate::state {

bool is_newer(const Entry& a, const Entry& b) { return std::tie(a.at, a.by) > std::tie(b.at, b.by); }

bool Record::empty() const {
  return std::none_of(entries_.begin(), entries_.end(), [](const auto& entry) { return entry.has_value(); });
}

std::vector<Entry> Record::entries() const {
  std::vector<Entry> all;
  for (const auto& entry : entries_)
    if (entry) all.push_back(*entry);
  return all;
}

bool Record::is_as_new_as(const Entry& entry) const {
  const auto& known = entries_[entry.change.index()];
  return known && known->at >= entry.at;
}

bool Record::put(const Entry& entry) {
  auto& known = entries_[entry.change.index()];
  if (known && !is_newer(entry, *known)) return false;
  known = entry;
  return true;
}

std::vector<Entry> Record::merge(const Record& other) {
  std::vector<Entry> taken;
  for (const Entry& theirs : other.entries()) {
    const auto& ours = entries_[theirs.change.index()];
    const bool same = ours && ours->change == theirs.change;
    if (put(theirs) && !same) taken.push_back(theirs);
  }
  return taken;
}

}  // namespace headgate::state
