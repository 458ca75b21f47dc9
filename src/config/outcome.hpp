#pragma once

#include <optional>
#include <string>
#include <utility>

namespace headgate::config {

/// The value that a text stands for, or what is wrong with the text, in words that end a sentence.
template <class T>
struct Outcome {
  std::optional<T> value;
  std::string problem;

  static Outcome wrong(std::string why) { return {std::nullopt, std::move(why)}; }
};

}  // namespace headgate::config
