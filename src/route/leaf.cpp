#include "route/leaf.hpp"

#include "base/ascii.hpp"

namespace headgate::route {
namespace {

/// Up to here, looking at one after the other is as fast.
constexpr std::size_t few = 8;

}  // namespace

void Leaf::add(std::uint32_t route, const std::vector<Conditions>& conditions) {
  routes_.push_back(route);
  if (routes_.size() <= few) return;
  const std::size_t first = routes_.size() == few + 1 ? 0 : routes_.size() - 1;  // now they are many: catch up
  for (std::size_t place = first; place < routes_.size(); ++place)
    index(static_cast<std::uint32_t>(place), conditions[routes_[place]]);
}

void Leaf::index(std::uint32_t place, const Conditions& conditions) {
  for (const auto& [name, value] : conditions.headers()) {
    if (value == "*") continue;
    const auto same = [&, &wanted = name](const Header& header) { return base::iequals(header.name, wanted); };
    auto header = std::find_if(by_header_.begin(), by_header_.end(), same);
    if (header == by_header_.end()) header = by_header_.insert(header, {name, {}});
    return header->by_value[value].push_back(place);
  }
  others_.push_back(place);
}

void Leaf::collect(const Fields& fields, std::vector<std::uint32_t>& places) const {
  places.clear();
  for (const Header& header : by_header_)
    for (const Field& field : fields) {
      if (!base::iequals(field.name, header.name)) continue;
      if (const auto* found = header.by_value.find(field.value))
        places.insert(places.end(), found->begin(), found->end());
    }
  std::sort(places.begin(), places.end());
}

}  // namespace headgate::route
