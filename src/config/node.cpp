#include "config/node.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace headgate::config {
namespace {

std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    }
  }
  return out;
}

/// Cuts at a UTF-8 border, so that messages stay valid text.
std::string shortened(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::size_t end = std::min(text.size(), longest);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  std::string out{text.substr(0, end)};
  if (end < text.size()) out += "...";
  return one_line(out);
}

}  // namespace

const Member* Node::member(std::string_view key) const {
  for (const Member& candidate : members)
    if (candidate.key == key) return &candidate;
  return nullptr;
}

const Node* Node::find(std::string_view key) const {
  const Member* found = member(key);
  return found == nullptr ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

std::string append_pointer(std::string_view pointer, std::string_view key) {
  std::string out{pointer};
  out += '/';
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string_view kind_name(Node::Kind kind) {
  constexpr std::array<std::string_view, 7> names{"null",     "a boolean", "a number", "a fraction",
                                                  "a string", "an array",  "an object"};
  return names[static_cast<std::size_t>(kind)];
}

std::string shown(const Node& node) {
  switch (node.kind) {
    case Node::Kind::boolean:
      return node.boolean ? "true" : "false";
    case Node::Kind::integer:
    case Node::Kind::real:
      return shortened(node.text);
    case Node::Kind::string:
      return '"' + shortened(node.referenced ? node.written : node.text) + '"';
    default:
      return std::string{kind_name(node.kind)};
  }
}

void assign_pointers(Node& node, std::string pointer) {
  for (std::size_t i = 0; i < node.items.size(); ++i) assign_pointers(node.items[i], pointer + "/" + std::to_string(i));
  for (Member& member : node.members) assign_pointers(member.value, append_pointer(pointer, member.key));
  node.pointer = std::move(pointer);
}

}  // namespace headgate::config
