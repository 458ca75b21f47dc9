// Raw writing into a string that was made large enough before: no capacity check and no length update per piece.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "headgate/heads.hpp"

namespace headgate::http {

class TextCursor {
 public:
  /// Makes room for `bound` more bytes, which the caller promises not to exceed.
  TextCursor(std::string& out, std::size_t bound) : out_{out} {
    const std::size_t begin = out.size();
    out.resize(begin + bound);
    at_ = out.data() + begin;
  }
  TextCursor(const TextCursor&) = delete;
  TextCursor& operator=(const TextCursor&) = delete;
  /// Cuts the string where the writing ended.
  ~TextCursor() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }

  void put(std::string_view text) {
    if (text.empty()) return;  // an empty view may be null, which memcpy does not take
    std::memcpy(at_, text.data(), text.size());
    at_ += text.size();
  }
  template <std::size_t N>
  void put(const char (&literal)[N]) {
    std::memcpy(at_, literal, N - 1);
    at_ += N - 1;
  }
  void put(char c) { *at_++ = c; }
  void put_number(std::uint64_t number) { at_ = std::to_chars(at_, at_ + 20, number).ptr; }

  /// "Name: value\r\n". Name and value mostly stand two bytes apart already; then one copy takes both, and what was
  /// between them is overwritten like everything else that is not theirs.
  void put(const Field& field) {
    if (field.value.data() == field.name.data() + field.name.size() + 2) {
      std::memcpy(at_, field.name.data(), field.name.size() + 2 + field.value.size());
      at_ += field.name.size();
      put(": ");
      at_ += field.value.size();
    } else {
      put(field.name);
      put(": ");
      put(field.value);
    }
    put("\r\n");
  }

 private:
  std::string& out_;
  char* at_ = nullptr;
};

/// Bytes that the fields take at most when written, each on its own line.
inline std::size_t written_size(const Fields& fields) {
  std::size_t size = 0;
  for (const Field& field : fields) size += field.name.size() + field.value.size() + 4;
  return size;
}

}  // namespace headgate::http
