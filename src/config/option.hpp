// The option table's building blocks. One Option says everything about one key: how it is read, written, bounded,
// described and defaulted; parser, schema and reference docs all walk the same tables.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/findings.hpp"
#include "config/node.hpp"

namespace headgate::config {

using Json = nlohmann::ordered_json;
struct Table;

/// What is said about a kind of value; the same for parser messages, schema and docs.
struct Shape {
  std::string label;     ///< for the docs' table: "duration, 1ms to 1h"
  std::string expected;  ///< for messages: "a duration such as \"5s\", from 1ms to 1h"
  Json schema;
  const Table* table = nullptr;  ///< of an object, or of an array's or map's objects
};

/// How a T is read from and written to JSON.
template <class T>
struct Type {
  Shape shape;
  std::function<void(const Node&, T&, Findings&)> read;  ///< reports what is wrong; then T keeps a usable value
  std::function<Json(const T&)> write;                   ///< null: left out
};

struct Option {
  std::string key;
  std::string description;
  Shape shape;
  bool required = false;
  Json fallback;                                            ///< the default; null: none, or in words
  std::string fallback_words;                               ///< a default that depends on other values
  std::function<void(const Node&, void*, Findings&)> read;  ///< empty for keys that expand() has replaced
  std::function<Json(const void*)> write;
};

/// The options of one object.
struct Table {
  std::string name;  ///< of the object in prose and in the schema's definitions: "listener"
  std::string introduction;
  std::vector<Option> options;
  std::vector<std::string_view> later;  ///< keys that a later version will know
  Json conditions = Json::object();     ///< further schema keywords: which keys exclude each other

  [[nodiscard]] const Option* find(std::string_view key) const;
  /// Reads an object into the struct that the table was made for.
  void read(const Node& node, void* object, Findings& findings) const;
  [[nodiscard]] Json write(const void* object) const;
};

/// A table for the struct S: typed on the way in, untyped afterwards.
template <class S>
class TableOf {
 public:
  TableOf(std::string name, std::string introduction) {
    table_.name = std::move(name);
    table_.introduction = std::move(introduction);
  }

  template <class T>
  TableOf& option(std::string key, Type<T> type, T S::*member, std::string description) {
    Option out;
    out.key = std::move(key);
    out.description = std::move(description);
    out.fallback = type.write(S{}.*member);
    out.shape = std::move(type.shape);
    out.read = [read = std::move(type.read), member](const Node& node, void* object, Findings& findings) {
      read(node, static_cast<S*>(object)->*member, findings);
    };
    out.write = [write = std::move(type.write), member](const void* object) {
      return write(static_cast<const S*>(object)->*member);
    };
    table_.options.push_back(std::move(out));
    return *this;
  }
  template <class T>
  TableOf& required(std::string key, Type<T> type, T S::*member, std::string description) {
    option(std::move(key), std::move(type), member, std::move(description));
    table_.options.back().required = true;
    table_.options.back().fallback = nullptr;
    return *this;
  }
  /// A key that is another way to write a further one: expand() replaces it before the reading.
  TableOf& shorthand(std::string key, Shape shape, std::string description) {
    Option out;
    out.key = std::move(key);
    out.description = std::move(description);
    out.shape = std::move(shape);
    table_.options.push_back(std::move(out));
    return *this;
  }
  /// Says in words what the last option is when it is left out.
  TableOf& otherwise(std::string words) {
    table_.options.back().fallback = nullptr;
    table_.options.back().fallback_words = std::move(words);
    return *this;
  }
  TableOf& later(std::vector<std::string_view> keys) {
    table_.later = std::move(keys);
    return *this;
  }
  TableOf& conditions(Json keywords) {
    table_.conditions = std::move(keywords);
    return *this;
  }
  Table done() { return std::move(table_); }

 private:
  Table table_;
};

/// Reports `found X, expected Y: why` at the node. Without the reason when the text is a resolved reference, which it
/// might quote; not at all when it could not be resolved.
void report(const Node& node, const Shape& shape, const std::string& why, Findings& findings);

}  // namespace headgate::config
