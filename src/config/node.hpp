// A JSON document that remembers where each key and value stood.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headgate::config {

struct Member;

struct Node {
  enum class Kind : std::uint8_t { null, boolean, integer, real, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  bool negative = false;    ///< of an integer; its size is in `number`
  bool referenced = false;  ///< the string held ${env:} or ${file:}; `written` is how it stood in the file
  bool unresolved = false;  ///< a reference failed and was reported: the text means nothing
  std::uint64_t number = 0;
  std::size_t offset = 0;  ///< of the value's first byte in the text
  std::string text;        ///< a string's value, after interpolation; a number as written
  std::string written;
  std::string pointer;  ///< JSON pointer in the file as written, also after the short form was expanded
  std::vector<Node> items;
  std::vector<Member> members;

  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  [[nodiscard]] const Member* member(std::string_view key) const;
};

struct Member {
  std::string key;
  std::size_t offset = 0;  ///< of the key's opening quote
  Node value;
};

/// `/`-joined, with ~ and / escaped (RFC 6901).
std::string append_pointer(std::string_view pointer, std::string_view key);

/// "a string", "an object", ...
std::string_view kind_name(Node::Kind kind);

/// The value as an error message shows it: short, and never a resolved secret.
std::string shown(const Node& node);

/// Sets the pointers of a whole tree.
void assign_pointers(Node& node, std::string pointer);

}  // namespace headgate::config
