// What a test needs beside Headgate itself: real peers, scanners, browsers, packages of npm.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "support/child_process.hpp"

namespace headgate::testing {

/// scripts/test sets HEADGATE_REQUIRE_PEERS: a test that cannot run there fails, as nobody reads what was skipped.
inline bool peers_are_required() {
  const char* value = std::getenv("HEADGATE_REQUIRE_PEERS");
  return value != nullptr && *value != '\0';
}

/// Those that PATH lacks, in words: "no curl, no openssl"; empty when all are there.
inline std::string missing_programs(const std::vector<std::string>& programs) {
  std::string words;
  for (const std::string& program : programs)
    if (!has_program(program)) words += (words.empty() ? "no " : ", no ") + program;
  return words;
}

}  // namespace headgate::testing

// Macros, as the test itself must return.
// NOLINTBEGIN(cppcoreguidelines-macro-usage)
/// Ends the test here, or its fixture in SetUp(), unless nothing is `missing`, which is in words.
#define HEADGATE_SKIP_IF_MISSING(missing)                                       \
  if (const std::string headgate_missing = (missing); headgate_missing.empty()) \
    static_cast<void>(0);                                                       \
  else if (::headgate::testing::peers_are_required())                           \
    GTEST_FAIL() << headgate_missing << ", and HEADGATE_REQUIRE_PEERS is set";  \
  else                                                                          \
    GTEST_SKIP() << headgate_missing

/// The same, unless PATH has these programs.
#define HEADGATE_NEEDS(...) HEADGATE_SKIP_IF_MISSING(::headgate::testing::missing_programs({__VA_ARGS__}))
// NOLINTEND(cppcoreguidelines-macro-usage)
