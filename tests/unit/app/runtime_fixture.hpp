#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/load.hpp"
#include "observe/log.hpp"
#include "support/log_lines.hpp"
#include "support/stream.hpp"

namespace headgate::app {

using testing::TemporaryFolder;
using namespace std::chrono_literals;

/// A configuration without backends: one listener, one answer.
inline std::string config_text(std::string_view logs, std::string_view body, std::string_view more = "",
                               std::string_view address = "127.0.0.1:0") {
  return R"({"listeners": [{"name": "web", "address": ")" + std::string{address} +
         R"("}], "routes": [{"name": "all", "match": {"path_prefix": "/"}, "respond": {"body": ")" + std::string{body} +
         R"("}}], "logging": {"directory": ")" + std::string{logs} + R"("}, "timeouts": {"drain": "1s"})" +
         std::string{more} + "}";
}

inline config::Loaded load(const std::string& text) {
  config::Loaded loaded = config::load_text(text);
  if (!loaded.settings) throw std::runtime_error(to_string("test", loaded.diagnostics.front()));
  return loaded;
}

/// A log whose lines the test asks for: it writes when cycle() is called.
class WithLog : public ::testing::Test {
 protected:
  std::vector<observe::json> log_lines() {
    log_.cycle();
    return observe::lines_of(folder_ / "logs/log_2026_11_24_07.log");
  }

  TemporaryFolder folder_;
  observe::Log log_{
      {.directory = folder_ / "logs", .level = observe::Level::debug}, 2, [] { return observe::at(observe::seven); }};
};

/// A client's connection to a listener.
class Client : public testing::Stream {
 public:
  explicit Client(const std::string& address) : Stream{testing::connect_to(address)} {}
  std::string get() {
    send("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
    return read_response().body;
  }
};

}  // namespace headgate::app
