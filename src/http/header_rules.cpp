#include "http/header_rules.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/field_change.hpp"
#include "http/field_names.hpp"

namespace headgate::http {
namespace {

using base::FieldChange;

bool may_send(FieldChange change, std::string_view name, std::string_view value) {
  return base::change_problem(change, name) == nullptr && base::value_problem(name, value) == nullptr;
}

}  // namespace

std::optional<HeaderRules> HeaderRules::compile(const Pairs& set, const Pairs& add,
                                                const std::vector<std::string>& remove) {
  HeaderRules rules;
  for (const std::string& name : remove) {
    if (base::change_problem(FieldChange::remove, name) != nullptr) return std::nullopt;
    rules.drop(name);
  }
  for (const auto& [name, value] : set) {
    if (!may_send(FieldChange::set, name, value)) return std::nullopt;
    if (base::iequals(name, "host")) {
      rules.host_ = value;
      continue;
    }
    rules.drop(name);
    rules.add_line(name, value);
  }
  for (const auto& [name, value] : add) {
    if (!may_send(FieldChange::add, name, value)) return std::nullopt;
    rules.add_line(name, value);
  }
  return rules;
}

void HeaderRules::drop(std::string_view name) {
  const FieldId id = field_id(name);
  if (id == FieldId::other) {
    dropped_names_.emplace_back(name);
  } else {
    dropped_ids_ |= std::uint64_t{1} << static_cast<unsigned>(id);
  }
}

void HeaderRules::add_line(std::string_view name, std::string_view value) {
  lines_.append(name).append(": ").append(value).append("\r\n");
}

bool HeaderRules::drops_name(std::string_view name) const {
  return std::any_of(dropped_names_.begin(), dropped_names_.end(),
                     [name](const std::string& dropped) { return base::iequals(dropped, name); });
}

}  // namespace headgate::http
