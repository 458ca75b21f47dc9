// Which header fields a configured rule may change, and to what: what `headgate check` refuses and what
// http::HeaderRules refuses is the same.
#pragma once

#include <cstdint>
#include <string_view>

namespace headgate::base {

enum class FieldChange : std::uint8_t { set, add, remove };

/// Why this is no field name; null: it is one.
const char* name_problem(std::string_view name);

/// Why no rule may change the field in this way, in words for the operator; null: one may.
const char* change_problem(FieldChange change, std::string_view name);

/// Why a rule cannot send the field with this value; null: it can.
const char* value_problem(std::string_view name, std::string_view value);

}  // namespace headgate::base
