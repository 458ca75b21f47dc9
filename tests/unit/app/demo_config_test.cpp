#include "app/demo_config.hpp"

#include <gtest/gtest.h>

#include "config/load.hpp"

namespace headgate::app {
namespace {

const std::vector<Endpoint> backends{{"127.0.0.1", 9001, {}}, {"127.0.0.1", 9002, {}}, {"127.0.0.1", 9003, {}}};

TEST(DemoConfig, LoadsWithoutMistakesOrWarnings) {
  const config::Loaded loaded = config::load_text(demo_config(8080, backends));

  for (const auto& found : loaded.diagnostics) ADD_FAILURE() << config::to_string("demo", found);
  for (const auto& found : loaded.warnings) ADD_FAILURE() << config::to_string("demo", found);
  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(to_string(loaded.settings->listeners.front().address), "127.0.0.1:8080");
}

TEST(DemoConfig, SendsTrafficToEveryBackendAndToEachByName) {
  const config::Loaded loaded = config::load_text(demo_config(8080, backends));

  ASSERT_TRUE(loaded.settings);
  const auto& upstreams = loaded.settings->upstreams;
  ASSERT_EQ(upstreams.at("demo").backends.size(), 3u);
  EXPECT_EQ(to_string(upstreams.at("backend-2").backends.front().address), "127.0.0.1:9002");
}

TEST(DemoConfig, HintsNameTheRealAddress) {
  const std::string hints = demo_hints("127.0.0.1:4711", "127.0.0.1:4712", 3);

  EXPECT_NE(hints.find("curl http://127.0.0.1:4711/ "), std::string::npos);
  EXPECT_EQ(hints.find("{0}"), std::string::npos);
}

}  // namespace
}  // namespace headgate::app
