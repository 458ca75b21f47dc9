// `headgate demo` and `headgate demo-backend` as a newcomer meets them: what the demo prints must work.
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "support/child_process.hpp"
#include "support/raw_client.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::testing {
namespace {

class Demo {
 public:
  explicit Demo(const std::vector<std::string>& arguments = {})
      : process_{command(arguments), {.folder = folder_.path()}} {
    if (!wait_until([this] { return process_.out().find("Ctrl-C") != std::string::npos || !process_.running(); }))
      throw std::runtime_error("the demo did not start: " + process_.err());
  }

  [[nodiscard]] std::string address() const { return address_before(" in front"); }
  [[nodiscard]] std::string admin_address() const { return address_before("/metrics"); }
  [[nodiscard]] Response get(const std::string& target) const { return RawClient{address()}.get(target); }
  [[nodiscard]] const TemporaryFolder& folder() const { return folder_; }
  int end(int signal) {
    process_.signal(signal);
    return process_.wait_for_exit();
  }

 private:
  [[nodiscard]] std::string address_before(const std::string& text) const {
    std::smatch found;
    const std::string hints = process_.out();
    if (!std::regex_search(hints, found, std::regex{R"(http://(127\.0\.0\.1:\d+))" + text}))
      throw std::runtime_error("no address in: " + hints + process_.err());
    return found[1];
  }
  static std::vector<std::string> command(const std::vector<std::string>& arguments) {
    std::vector<std::string> result{HEADGATE_BINARY, "demo", "--port", "0"};
    result.insert(result.end(), arguments.begin(), arguments.end());
    return result;
  }

  TemporaryFolder folder_;
  ChildProcess process_;
};

TEST(Demo, SpreadsRequestsOverThreeBackendsEvenly) {
  const Demo demo;
  RawClient client{demo.address()};
  std::map<std::string, int> answers;

  for (int i = 0; i < 9; ++i) ++answers[client.get("/").body];

  EXPECT_EQ(answers, (std::map<std::string, int>{
                         {"hello from backend-1\n", 3}, {"hello from backend-2\n", 3}, {"hello from backend-3\n", 3}}));
}

TEST(Demo, ShowsWhatItIsDoing) {
  const Demo demo;

  EXPECT_NE(RawClient{demo.admin_address()}.get("/metrics").body.find("headgate_ready 1\n"), std::string::npos);
}

TEST(Demo, ShowsRoutesRewritesAndRedirects) {
  const Demo demo;

  EXPECT_EQ(demo.get("/backend-2/").body, "hello from backend-2\n");
  EXPECT_EQ(nlohmann::json::parse(demo.get("/v1/echo?a=1").body)["target"], "/echo?a=1");
  EXPECT_EQ(demo.get("/old?a=1").field("location"), "/v1/echo?a=1");
  EXPECT_EQ(demo.get("/about").field("x-answered-by"), "headgate");
}

TEST(Demo, ShowsFailuresAndLogsThem) {
  const Demo demo;

  EXPECT_EQ(demo.get("/impatient/slow").status, 504);
  EXPECT_EQ(demo.get("/down").status, 502);
  EXPECT_EQ(demo.get("/status/418").status, 418);
  const auto logged = [&](const std::string& cause) {
    for (const auto& file : std::filesystem::directory_iterator{demo.folder().path() / "logs"})
      if (read_file(file.path()).find(cause) != std::string::npos) return true;
    return false;
  };
  EXPECT_TRUE(wait_until([&] { return logged("UPSTREAM_FIRST_BYTE_TIMEOUT"); }));
  EXPECT_TRUE(wait_until([&] { return logged("UPSTREAM_CONNECT_FAILED"); }));
}

TEST(Demo, ReloadsTheConfigurationThatItWroteOut) {
  const Demo demo{{"--config-out", "demo.json"}};
  auto config = nlohmann::json::parse(read_file(demo.folder() / "demo.json"));

  config["routes"].push_back({{"match", {{"path", "/new"}}}, {"respond", {{"body", "new route"}}}});
  replace_file(demo.folder() / "demo.json", config.dump());

  EXPECT_TRUE(wait_until([&] { return demo.get("/new").body == "new route"; }));
}

TEST(Demo, EndsOnCtrlC) {
  Demo demo;
  const std::string address = demo.address();

  EXPECT_EQ(demo.end(SIGINT), 0);
  EXPECT_FALSE(accepts_connections(address));
}

TEST(DemoBackendCommand, SaysWhereItListensAndEndsOnTerm) {
  ChildProcess backend{{HEADGATE_BINARY, "demo-backend", "--listen", "127.0.0.1:0", "--name", "b"}};
  ASSERT_TRUE(wait_until([&] { return backend.out().find('\n') != std::string::npos; }));
  const std::string line = backend.out();
  ASSERT_TRUE(line.starts_with("b listens on ")) << line;

  const std::string address = line.substr(13, line.size() - 14);
  EXPECT_EQ(RawClient{address}.get("/").body, "hello from b\n");
  backend.signal(SIGTERM);

  EXPECT_EQ(backend.wait_for_exit(), 0);
}

}  // namespace
}  // namespace headgate::testing
