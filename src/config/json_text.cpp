#include "config/json_text.hpp"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "config/syntax_error.hpp"

namespace headgate::config {
namespace {

/// Builds nodes from the events of nlohmann's parser, which checks the grammar but tells no positions: a cursor follows
/// through the same text, which up to the current event is known to be well-formed.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view text, Findings& findings) : text_{text}, findings_{findings} {
    if (text_.starts_with("\xEF\xBB\xBF")) cursor_ = 3;
  }

  bool null() override { return add(scalar(Node::Kind::null)); }
  bool boolean(bool value) override {
    Node node = scalar(Node::Kind::boolean);
    node.boolean = value;
    return add(std::move(node));
  }
  bool number_integer(number_integer_t value) override {
    Node node = scalar(Node::Kind::integer);
    node.negative = true;
    node.number = ~static_cast<std::uint64_t>(value) + 1;
    return add_number(std::move(node));
  }
  bool number_unsigned(number_unsigned_t value) override {
    Node node = scalar(Node::Kind::integer);
    node.number = value;
    return add_number(std::move(node));
  }
  bool number_float(number_float_t, const string_t&) override { return add(scalar(Node::Kind::real)); }
  bool string(string_t& value) override {
    Node node;
    node.kind = Node::Kind::string;
    node.offset = skip_string();
    node.text = std::move(value);
    return add(std::move(node));
  }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return open(Node::Kind::object); }
  bool start_array(std::size_t) override { return open(Node::Kind::array); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& value) override {
    Frame& frame = frames_.back();
    frame.key_offset = skip_string();
    frame.repeated = !frame.keys.insert(value).second;
    if (frame.repeated)
      findings_.error(frame.key_offset, append_pointer(pointer(), value), "the key stands twice in this object");
    frame.key = std::move(value);
    separator_ = ':';
    return true;
  }

  bool parse_error(std::size_t read, const std::string&, const nlohmann::json::exception& error) override {
    std::size_t at = text_.find_first_not_of(" \t\r\n", cursor_);
    const bool separated = separator_ != '\0' && at != std::string_view::npos && text_[at] == separator_;
    if (separated) at = text_.find_first_not_of(" \t\r\n", at + 1);
    const SyntaxError found =
        explain_syntax_error(text_, std::min(at, text_.size()), separated ? '\0' : separator_, read, error.what());
    findings_.error(found.offset, "", found.message);
    return false;
  }

  std::optional<Node> take() { return std::move(root_); }

 private:
  struct Frame {
    Node node;
    std::string key;
    std::size_t key_offset = 0;
    bool repeated = false;
    std::unordered_set<std::string> keys;
  };

  std::size_t token_start() {
    cursor_ = text_.find_first_not_of(" \t\r\n,:", cursor_);
    return cursor_;
  }
  std::size_t skip_string() {
    const std::size_t start = token_start();
    for (++cursor_; text_[cursor_] != '"'; ++cursor_)
      if (text_[cursor_] == '\\') ++cursor_;
    ++cursor_;
    return start;
  }
  Node scalar(Node::Kind kind) {
    Node node;
    node.kind = kind;
    node.offset = token_start();
    cursor_ = std::min(text_.find_first_of(" \t\r\n,:]}", cursor_), text_.size());
    node.text = text_.substr(node.offset, cursor_ - node.offset);
    return node;
  }

  /// After "0" the parser would stop at the next digit, in the middle of what was meant.
  bool add_number(Node node) {
    const std::string_view digits = std::string_view{node.text}.substr(node.negative ? 1 : 0);
    if (digits.size() == 1 || digits.front() != '0') return add(std::move(node));
    findings_.error(node.offset, "", "not valid JSON: a number does not begin with 0");
    return false;
  }

  bool open(Node::Kind kind) {
    Frame frame;
    frame.node.kind = kind;
    frame.node.offset = token_start();
    ++cursor_;
    if (frames_.size() == max_depth) {
      findings_.error(frame.node.offset, "", "nested deeper than " + std::to_string(max_depth) + " levels");
      return false;
    }
    frames_.push_back(std::move(frame));
    separator_ = '\0';
    return true;
  }
  bool close() {
    token_start();
    ++cursor_;
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    return add(std::move(node));
  }

  bool add(Node node) {
    separator_ = frames_.empty() ? '\0' : ',';
    if (frames_.empty()) {
      root_ = std::move(node);
      return true;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == Node::Kind::array) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.repeated) {
      frame.node.members.push_back({std::move(frame.key), frame.key_offset, std::move(node)});
    }
    return true;
  }

  /// Of the innermost open object or array.
  [[nodiscard]] std::string pointer() const {
    std::string out;
    for (std::size_t i = 0; i + 1 < frames_.size(); ++i) {
      const Frame& frame = frames_[i];
      out = append_pointer(out,
                           frame.node.kind == Node::Kind::array ? std::to_string(frame.node.items.size()) : frame.key);
    }
    return out;
  }

  std::string_view text_;
  Findings& findings_;
  std::size_t cursor_ = 0;  ///< behind the last event's token
  char separator_ = '\0';   ///< what may stand between that token and the next
  std::vector<Frame> frames_;
  std::optional<Node> root_;
};

}  // namespace

std::optional<Node> parse_json(std::string_view text, Findings& findings) {
  Builder builder{text, findings};
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) return std::nullopt;
  std::optional<Node> root = builder.take();
  if (root) assign_pointers(*root, "");
  return root;
}

}  // namespace headgate::config
