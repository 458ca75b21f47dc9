#include "config/load.hpp"

#include <xxhash.h>

#include <array>
#include <cstdio>
#include <map>
#include <utility>

#include "config/findings.hpp"
#include "config/interpolate.hpp"
#include "config/json_text.hpp"
#include "config/option_table.hpp"
#include "config/read_file.hpp"
#include "config/shorthand.hpp"
#include "config/tls_files.hpp"
#include "config/validate.hpp"

namespace headgate::config {
namespace {

std::string hash_of(std::string_view text, std::string_view brought) {
  const XXH64_hash_t of_text = XXH3_64bits(text.data(), text.size());
  const XXH64_hash_t both = XXH3_64bits_withSeed(brought.data(), brought.size(), of_text);
  std::array<char, 17> out{};
  std::snprintf(out.data(), out.size(), "%016llx", static_cast<unsigned long long>(both));
  return out.data();
}

/// Pointers of the long form, unlike those of the nodes.
void collect_references(const Node& node, const std::string& pointer, std::map<std::string, std::string>& out) {
  if (node.referenced) out.emplace(pointer, node.written);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    collect_references(node.items[i], pointer + "/" + std::to_string(i), out);
  for (const Member& member : node.members) collect_references(member.value, append_pointer(pointer, member.key), out);
}

void fill_protocols(Settings& settings) {
  for (Listener& listener : settings.listeners) {
    if (!listener.protocols.empty()) continue;
    if (listener.tls) listener.protocols.push_back(Protocol::http2);
    listener.protocols.push_back(Protocol::http1);
  }
}

void fill_names(Settings& settings) {
  for (std::size_t i = 0; i < settings.listeners.size(); ++i) {
    Listener& listener = settings.listeners[i];
    if (!listener.name.empty() || listener.address == Endpoint{}) continue;
    listener.name = to_string(listener.address);
    const std::string pointer = "/listeners/" + std::to_string(i);
    if (const auto written = settings.references.find(pointer + "/address"); written != settings.references.end())
      settings.references.emplace(pointer + "/name", written->second);
  }
  for (std::size_t i = 0; i < settings.routes.size(); ++i)
    if (settings.routes[i].name.empty()) settings.routes[i].name = "route-" + std::to_string(i);
  for (auto& [name, upstream] : settings.upstreams) upstream.name = name;
}

std::optional<Settings> read(std::string_view text, TlsFiles tls_files, Findings& findings, Brought& brought) {
  std::optional<Node> root = parse_json(text, findings);
  if (!root) return std::nullopt;
  if (root->kind != Node::Kind::object) {
    findings.error(*root, "found " + shown(*root) + ", expected an object");
    return std::nullopt;
  }
  interpolate(*root, findings, brought);
  expand(*root, findings);
  Settings settings;
  root_table().read(*root, &settings, findings);
  collect_references(*root, "", settings.references);
  if (tls_files == TlsFiles::read) bring_tls_files(*root, settings, findings, brought);
  validate(*root, settings, findings);
  fill_names(settings);
  fill_protocols(settings);
  return settings;
}

}  // namespace

Loaded load_text(std::string_view text, TlsFiles tls_files) {
  Findings findings{text};
  Brought brought;
  Loaded out;
  out.settings = read(text, tls_files, findings, brought);
  if (findings.any_errors()) out.settings.reset();
  out.diagnostics = findings.errors();
  if (out.settings) out.warnings = findings.warnings();
  out.hash = hash_of(text, brought.values);
  out.files = std::move(brought.files);
  return out;
}

Loaded load_file(const std::string& path, TlsFiles tls_files) {
  const FileText file = read_file(path, max_file_bytes);
  if (file.problem.empty()) return load_text(file.text, tls_files);
  Loaded out;
  out.unreadable = true;
  out.os_error = file.os_error;
  out.diagnostics.push_back({0, 0, "", "could not be read: " + file.problem});
  return out;
}

}  // namespace headgate::config
