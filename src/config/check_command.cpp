#include "config/check_command.hpp"

#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "config/effective.hpp"
#include "config/load.hpp"

namespace headgate::config {
namespace {

using Json = nlohmann::ordered_json;
constexpr int valid = 0;
constexpr int mistaken = 1;
constexpr int unreadable = 2;

std::string counted(std::size_t count, const std::string& one) {
  return std::to_string(count) + " " + one + (count == 1 ? "" : "s");
}

std::string summary(const std::string& path, const Settings& settings) {
  std::size_t backends = 0;
  for (const auto& [name, upstream] : settings.upstreams) backends += upstream.backends.size();
  return path + ": valid (" + counted(settings.listeners.size(), "listener") + ", " +
         counted(settings.routes.size(), "route") + ", " + counted(settings.upstreams.size(), "upstream") + ", " +
         counted(backends, "backend") + ")";
}

Json as_json(const std::vector<Diagnostic>& diagnostics) {
  Json out = Json::array();
  for (const Diagnostic& each : diagnostics)
    out.push_back({{"line", each.line}, {"column", each.column}, {"pointer", each.pointer}, {"message", each.message}});
  return out;
}

void write_json(const std::string& path, const Loaded& loaded, bool print, std::ostream& out) {
  Json all{{"file", path}, {"valid", loaded.settings.has_value()}, {"hash", loaded.hash}};
  all["diagnostics"] = as_json(loaded.diagnostics);
  all["warnings"] = as_json(loaded.warnings);
  if (print && loaded.settings) all["effective"] = Json::parse(effective_json(*loaded.settings));
  out << all.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
}

void write_text(const std::string& path, const Loaded& loaded, bool print, std::ostream& out, std::ostream& err) {
  for (const Diagnostic& warning : loaded.warnings) {
    Diagnostic marked = warning;
    marked.message = "warning: " + marked.message;
    err << to_string(path, marked) << "\n";
  }
  for (const Diagnostic& diagnostic : loaded.diagnostics) err << to_string(path, diagnostic) << "\n";
  if (!loaded.diagnostics.empty() && !loaded.unreadable)
    err << path << ": " << counted(loaded.diagnostics.size(), "mistake") << "\n";
  if (loaded.settings) out << (print ? effective_json(*loaded.settings) : summary(path, *loaded.settings) + "\n");
}

}  // namespace

int check(const std::string& path, bool print, bool json, std::ostream& out, std::ostream& err) {
  const Loaded loaded = load_file(path);
  if (json) {
    write_json(path, loaded, print, out);
  } else {
    write_text(path, loaded, print, out, err);
  }
  if (loaded.unreadable) return unreadable;
  return loaded.settings ? valid : mistaken;
}

}  // namespace headgate::config
