#include "config/quantity.hpp"

#include <array>
#include <charconv>
#include <limits>
#include <optional>

namespace headgate::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
constexpr std::array<Unit, 4> time_units{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};
constexpr std::array<Unit, 5> size_units{
    {{"", 1}, {"B", 1}, {"KiB", 1024}, {"MiB", 1024 * 1024}, {"GiB", 1024 * 1024 * 1024}}};
/// What people write instead, and what they get told.
constexpr std::array<std::array<std::string_view, 2>, 15> size_slips{{{"k", "KiB"},
                                                                      {"K", "KiB"},
                                                                      {"kb", "KiB"},
                                                                      {"kB", "KiB"},
                                                                      {"KB", "KiB"},
                                                                      {"m", "MiB"},
                                                                      {"M", "MiB"},
                                                                      {"mb", "MiB"},
                                                                      {"MB", "MiB"},
                                                                      {"g", "GiB"},
                                                                      {"G", "GiB"},
                                                                      {"gb", "GiB"},
                                                                      {"GB", "GiB"},
                                                                      {"kib", "KiB"},
                                                                      {"mib", "MiB"}}};

struct Parts {
  std::optional<std::uint64_t> number;  ///< nothing when it does not fit
  std::string_view digits;
  std::string_view unit;
};

Parts split(std::string_view text) {
  Parts out;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  out.digits = text.substr(0, digits);
  out.unit = text.substr(digits);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
  if (error == std::errc{} && end == text.data() + digits) out.number = number;
  return out;
}

template <std::size_t N>
const Unit* find_unit(const std::array<Unit, N>& units, std::string_view name) {
  for (const Unit& unit : units)
    if (unit.name == name) return &unit;
  return nullptr;
}

std::optional<std::uint64_t> product(const Parts& parts, std::uint64_t factor) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!parts.number || *parts.number > most / factor) return std::nullopt;
  return *parts.number * factor;
}

}  // namespace

Outcome<Duration> parse_duration(std::string_view text) {
  const Parts parts = split(text);
  if (parts.digits.empty()) return Outcome<Duration>::wrong("it does not begin with a whole number");
  if (parts.unit.empty()) return Outcome<Duration>::wrong("the unit is missing: ms, s, m or h");
  if (parts.unit.starts_with('.')) return Outcome<Duration>::wrong("fractions are not taken; use a smaller unit");
  const Unit* unit = find_unit(time_units, parts.unit);
  if (unit == nullptr)
    return Outcome<Duration>::wrong("the unit \"" + std::string{parts.unit.substr(0, 16)} +
                                    "\" is not one of ms, s, m and h");
  const auto milliseconds = product(parts, unit->factor);
  if (!milliseconds) return Outcome<Duration>::wrong("the number is too large");
  return {Duration{static_cast<Duration::rep>(*milliseconds)}, {}};
}

std::string format(Duration duration) {
  const auto count = duration.count();
  if (count != 0 && count % 3'600'000 == 0) return std::to_string(count / 3'600'000) + "h";
  if (count % 1000 == 0) return std::to_string(count / 1000) + "s";
  return std::to_string(count) + "ms";
}

Outcome<std::uint64_t> parse_size(std::string_view text) {
  const Parts parts = split(text);
  if (parts.digits.empty()) return Outcome<std::uint64_t>::wrong("it does not begin with a whole number");
  if (parts.unit.starts_with('.')) return Outcome<std::uint64_t>::wrong("fractions are not taken; use a smaller unit");
  const Unit* unit = find_unit(size_units, parts.unit);
  if (unit == nullptr) {
    for (const auto& [slip, meant] : size_slips)
      if (parts.unit == slip)
        return Outcome<std::uint64_t>::wrong("units are KiB, MiB and GiB; did you mean \"" + std::string{parts.digits} +
                                             std::string{meant} + "\"?");
    return Outcome<std::uint64_t>::wrong("the unit \"" + std::string{parts.unit.substr(0, 16)} +
                                         "\" is not one of KiB, MiB and GiB");
  }
  const auto bytes = product(parts, unit->factor);
  if (!bytes) return Outcome<std::uint64_t>::wrong("the number is too large");
  return {*bytes, {}};
}

std::string format_size(std::uint64_t bytes) {
  for (auto unit = size_units.rbegin(); unit->factor > 1; ++unit)
    if (bytes != 0 && bytes % unit->factor == 0) return std::to_string(bytes / unit->factor) + std::string{unit->name};
  return std::to_string(bytes);
}

}  // namespace headgate::config
