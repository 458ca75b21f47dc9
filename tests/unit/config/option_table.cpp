// Properties that hold for every table.
#include "config/option_table.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "config/host_name.hpp"
#include "config/walk.hpp"

namespace headgate::config {
namespace {

TEST(OptionTable, SaysSomethingAboutEveryOption) {
  for (const Table* table : tables_in_order()) {
    for (const Option& option : table->options) {
      EXPECT_TRUE(option.description.ends_with('.')) << table->name << "." << option.key;
      EXPECT_FALSE(option.shape.label.empty()) << table->name << "." << option.key;
      EXPECT_FALSE(option.shape.expected.empty()) << table->name << "." << option.key;
      EXPECT_TRUE(option.shape.schema.is_object()) << table->name << "." << option.key;
    }
  }
}

TEST(OptionTable, KnowsEveryKeyAndTableOnce) {
  std::set<std::string> tables;
  for (const Table* table : tables_in_order()) {
    EXPECT_TRUE(tables.insert(table->name).second) << table->name;
    std::set<std::string> keys;
    for (const Option& option : table->options) EXPECT_TRUE(keys.insert(option.key).second) << option.key;
    for (const std::string_view later : table->later) EXPECT_TRUE(keys.insert(std::string{later}).second) << later;
  }
}

TEST(OptionTable, WritesKeysInSnakeCase) {
  for (const Table* table : tables_in_order())
    for (const Option& option : table->options) EXPECT_EQ(option.key, lower_case(option.key));
}

}  // namespace
}  // namespace headgate::config
