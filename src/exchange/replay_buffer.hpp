#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/body_source.hpp"

namespace headgate::exchange {

/// What was taken of a request body, kept for another attempt as long as it is not too much.
class ReplayBuffer {
 public:
  /// Bytes that may be kept, before the first piece; 0: none.
  void set_limit(std::size_t bytes) { limit_ = bytes; }

  /// A piece is on its way. `stays`: its bytes outlive the request, no copy is needed.
  void add(const http::BodyPiece& piece, bool stays = false);
  /// Something was taken that is not here any more.
  [[nodiscard]] bool lost() const { return lost_; }
  /// Nothing was taken yet.
  [[nodiscard]] bool untouched() const { return !touched_; }
  /// All that was taken; `last`: it is the whole body.
  [[nodiscard]] http::BodyPiece piece() const;

 private:
  std::size_t limit_ = 0;
  std::string copy_;
  std::string trailers_;
  std::string_view original_;  ///< in place of the copy
  bool touched_ = false;
  bool complete_ = false;
  bool lost_ = false;
};

}  // namespace headgate::exchange
