#include "config/effective.hpp"

#include "config/option_table.hpp"

namespace headgate::config {

std::string effective_json(const Settings& settings) {
  Json all = root_table().write(&settings);
  for (const auto& [pointer, written] : settings.references) {
    const Json::json_pointer at{pointer};
    if (all.contains(at)) all[at] = written;
  }
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace headgate::config
