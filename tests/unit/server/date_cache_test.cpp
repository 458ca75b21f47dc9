#include "server/date_cache.hpp"

#include <gtest/gtest.h>

#include "support/waiting.hpp"

namespace headgate::server {
namespace {

TEST(DateCache, GivesTheDateOfNow) {
  DateCache cache;
  const auto before = std::chrono::system_clock::now() - std::chrono::seconds{1};  // the coarse clock is a tick behind

  const std::string date = cache.now();

  const auto after = std::chrono::system_clock::now();
  bool found = false;
  for (auto at = before; !found && at <= after + std::chrono::seconds{1}; at += std::chrono::seconds{1})
    found = date == http::format_date(at);
  EXPECT_TRUE(found) << date;
}

TEST(DateCache, GoesOnWithTheSecond) {
  DateCache cache;
  const std::string first = cache.now();

  EXPECT_TRUE(testing::wait_until([&] { return cache.now() != first; }));
}

}  // namespace
}  // namespace headgate::server
