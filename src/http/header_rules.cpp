#include "http/header_rules.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "http/field_names.hpp"

namespace headgate::http {

std::optional<HeaderRules> HeaderRules::compile(const Pairs& set, const Pairs& add,
                                                const std::vector<std::string>& remove) {
  HeaderRules rules;
  for (const std::string& name : remove)
    if (base::iequals(name, "host") || !rules.drop(name)) return std::nullopt;
  for (const auto& [name, value] : set) {
    if (base::iequals(name, "host")) {
      if (value.empty() || !base::is_field_value(value)) return std::nullopt;
      rules.host_ = value;
    } else if (!rules.drop(name) || !rules.add_line(name, value)) {
      return std::nullopt;
    }
  }
  for (const auto& [name, value] : add)
    if (base::iequals(name, "host") || !rules.add_line(name, value)) return std::nullopt;
  return rules;
}

bool HeaderRules::drop(std::string_view name) {
  if (!base::is_field_name(name) || base::is_framing_field(name)) return false;
  const FieldId id = field_id(name);
  if (id == FieldId::other) {
    dropped_names_.emplace_back(name);
  } else {
    dropped_ids_ |= std::uint64_t{1} << static_cast<unsigned>(id);
  }
  return true;
}

bool HeaderRules::add_line(std::string_view name, std::string_view value) {
  if (!base::is_field_name(name) || base::is_framing_field(name) || !base::is_field_value(value)) return false;
  lines_.append(name).append(": ").append(value).append("\r\n");
  return true;
}

bool HeaderRules::drops_name(std::string_view name) const {
  return std::any_of(dropped_names_.begin(), dropped_names_.end(),
                     [name](const std::string& dropped) { return base::iequals(dropped, name); });
}

}  // namespace headgate::http
