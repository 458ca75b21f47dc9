#include "config/interpolate.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <utility>

#include "config/read_file.hpp"

namespace headgate::config {
namespace {

struct Reference {
  bool is_file = false;
  std::string target;
  std::size_t length = 0;  ///< from '$' to '}'
};

/// The reference at the start of `text`, if there is one; length 0 when it lacks its brace.
std::optional<Reference> reference_at(std::string_view text) {
  const bool env = text.starts_with("${env:");
  const bool file = text.starts_with("${file:");
  if (!env && !file) return std::nullopt;
  const std::size_t begin = env ? 6 : 7;
  const std::size_t end = text.find('}', begin);
  if (end == std::string_view::npos) return Reference{};
  return Reference{file, std::string{text.substr(begin, end - begin)}, end + 1};
}

/// "evn" of "${evn:NAME}"; empty for what is no reference at all, such as a variable of a redirect.
std::string_view unknown_kind(std::string_view text) {
  if (!text.starts_with("${")) return {};
  const std::size_t end = text.find_first_of(":}", 2);
  return end == std::string_view::npos || text[end] != ':' ? std::string_view{} : text.substr(2, end - 2);
}

class Interpolation {
 public:
  Interpolation(Findings& findings, Brought& brought) : findings_{findings}, brought_{brought} {}

  void visit(Node& node) {
    if (node.kind == Node::Kind::string && node.text.find("${") != std::string::npos) replace(node);
    for (Node& item : node.items) visit(item);
    for (Member& member : node.members) visit(member.value);
  }

 private:
  void replace(Node& node) {
    std::string out;
    node.written = node.text;
    const std::string_view text = node.written;
    for (std::size_t i = 0; i < text.size();) {
      if (text.substr(i, 3) == "$${") {
        out += "${";
        i += 3;
        continue;
      }
      const auto reference = reference_at(text.substr(i));
      if (!reference) {
        if (const auto kind = unknown_kind(text.substr(i)); !kind.empty())
          fail(node, "there is no reference of the kind \"" + std::string{kind} +
                         "\", only ${env:NAME} and ${file:PATH}; a literal \"${\" is written \"$${\"");
        out += text[i++];
        continue;
      }
      node.referenced = true;
      if (reference->length == 0) {
        fail(node, "a reference lacks its closing brace, in " + shown(node));
        break;
      }
      out += resolve(node, *reference);
      i += reference->length;
    }
    node.text = std::move(out);
  }

  std::string resolve(Node& node, const Reference& reference) {
    std::string value =
        reference.is_file ? from_file(node, reference.target) : from_environment(node, reference.target);
    brought_.add_value(value);
    return value;
  }

  std::string from_environment(Node& node, const std::string& name) {
    const auto fits = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
    if (name.empty() || !std::all_of(name.begin(), name.end(), fits)) {
      fail(node, "the name of an environment variable holds letters, digits and '_' only, in " + shown(node));
      return {};
    }
    const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nothing here calls setenv
    if (value != nullptr) return value;
    fail(node, "the environment variable " + name + " is not set");
    return {};
  }

  std::string from_file(Node& node, const std::string& path) {
    brought_.add_file(path);
    FileText file = read_file(path, max_reference_bytes);
    if (!file.problem.empty()) {
      fail(node, "the file " + path + " could not be read: " + file.problem);
      return {};
    }
    if (file.text.ends_with('\n')) file.text.pop_back();
    if (file.text.ends_with('\r')) file.text.pop_back();
    return std::move(file.text);
  }

  void fail(Node& node, std::string why) {
    node.unresolved = true;
    findings_.error(node, std::move(why));
  }

  Findings& findings_;
  Brought& brought_;
};

}  // namespace

void interpolate(Node& root, Findings& findings, Brought& brought) { Interpolation{findings, brought}.visit(root); }

}  // namespace headgate::config
