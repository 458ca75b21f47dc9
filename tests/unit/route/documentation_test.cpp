// The example of docs/routing.md does what the page says.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "config/load.hpp"
#include "request.hpp"
#include "route/route_table.hpp"

namespace headgate::route {
namespace {

std::string page() {
  std::ifstream file{HEADGATE_SOURCE_DIR "/docs/routing.md"};
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string example_configuration(const std::string& text) {
  const auto begin = text.find("```json\n") + 8;
  return text.substr(begin, text.find("```\n", begin) - begin);
}

struct Row {
  std::string method;
  std::string target;
  std::string host;
  std::string route;
};

/// "| `GET /v1` | `example.com` | `api` | why |"
std::vector<Row> example_requests(const std::string& text) {
  const std::regex row{R"(\| `([A-Z]+) ([^`]+)` \| `([^`]+)` \| `([^`]+)` \| [^|]+ \|)"};
  std::vector<Row> rows;
  for (std::sregex_iterator found{text.begin(), text.end(), row}, end; found != end; ++found)
    rows.push_back({(*found)[1], (*found)[2], (*found)[3], (*found)[4]});
  return rows;
}

TEST(RoutingPage, TellsWhereTheRequestsOfItsExampleGo) {
  const std::string text = page();
  const config::Loaded loaded = config::load_text(example_configuration(text));
  ASSERT_TRUE(loaded.settings) << (loaded.diagnostics.empty() ? "" : loaded.diagnostics.front().message);
  const RouteTable table = RouteTable::build(*loaded.settings, {"web"});
  const std::vector<Row> rows = example_requests(text);
  Scratch scratch;

  EXPECT_EQ(rows.size(), 14U);
  for (const Row& row : rows) {
    const Lookup found = table.find(request(row.method, row.host, row.target), scratch);
    EXPECT_EQ(found.route == nullptr ? "none" : found.route->name, row.route) << row.method << " " << row.target;
  }
}

}  // namespace
}  // namespace headgate::route
