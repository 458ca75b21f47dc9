#include "route/regex_index.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace headgate::route {
namespace {

RegexIndex index_of(const std::vector<std::string>& patterns) {
  RegexIndex index;
  std::uint32_t route = 0;
  for (const std::string& pattern : patterns) index.add(compile_path_regex(pattern), route++);
  index.finish();
  return index;
}

std::vector<std::uint32_t> visited(const RegexIndex& index, std::string_view path) {
  std::vector<std::uint32_t> routes;
  Scratch scratch;
  auto visit = [&](std::uint32_t route) {
    routes.push_back(route);
    return false;
  };
  index.visit(path, scratch, visit);
  return routes;
}

TEST(RegexIndex, FindsNothingWhenItIsEmpty) { EXPECT_TRUE(visited(RegexIndex{}, "/").empty()); }

TEST(RegexIndex, FindsTheSameFewAsMany) {
  const std::vector<std::string> few{"/a/[0-9]+", "/a/.*"};
  std::vector<std::string> many = few;
  for (int i = 0; i < 500; ++i) many.push_back(".*/item" + std::to_string(i));

  EXPECT_EQ(visited(index_of(few), "/a/7"), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(visited(index_of(many), "/a/7"), (std::vector<std::uint32_t>{0, 1}));
  EXPECT_EQ(visited(index_of(many), "/a/item42"), (std::vector<std::uint32_t>{1, 44}));
  EXPECT_TRUE(visited(index_of(many), "/b").empty());
}

TEST(RegexIndex, StopsWhenToldTo) {
  const RegexIndex index = index_of({"/.*", "/a", "/a.*", ".*", "/[a-z]"});
  std::vector<std::uint32_t> routes;
  Scratch scratch;
  auto visit = [&](std::uint32_t route) {
    routes.push_back(route);
    return route == 1;
  };

  EXPECT_TRUE(index.visit("/a", scratch, visit));
  EXPECT_EQ(routes, (std::vector<std::uint32_t>{0, 1}));
}

TEST(RegexIndex, StaysLinearOnWhatMakesOthersBacktrack) {
  const RegexIndex index = index_of({"/(a+)+b", "/(a|aa)+c"});

  EXPECT_TRUE(visited(index, "/" + std::string(8000, 'a')).empty());
}

TEST(PathRegex, IsRefusedWithTheReason) {
  EXPECT_THROW((void)compile_path_regex("(a"), std::invalid_argument);
  EXPECT_THROW((void)compile_path_regex("((a{1000}){1000}){1000}"), std::invalid_argument);
}

TEST(PathRegex, MayNeedMoreThanTheSmallMemory) { EXPECT_TRUE(compile_path_regex("/[\\pL]{300}")->ok()); }

}  // namespace
}  // namespace headgate::route
