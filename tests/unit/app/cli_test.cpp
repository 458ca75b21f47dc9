#include "app/cli.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "app/cli_commands.hpp"
#include "app/cli_exit_code.hpp"
#include "app/demo_backend.hpp"
#include "app/version.hpp"
#include "support/socket.hpp"
#include "support/temporary_folder.hpp"

namespace headgate::app {
namespace {

using namespace headgate::testing;

struct Outcome {
  int exit_code = -1;
  std::string out;
  std::string err;
};

Outcome headgate(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv{"headgate"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_command_line(static_cast<int>(argv.size()), argv.data(), out, err);
  return {code, out.str(), err.str()};
}

TEST(CommandLine, PrintsItsVersion) {
  EXPECT_EQ(headgate({"version"}).out, "headgate " + version() + "\n");
  EXPECT_EQ(headgate({"--version"}).out, "headgate " + version() + "\n");
  EXPECT_EQ(nlohmann::json::parse(headgate({"version", "--json"}).out)["version"], version());
}

TEST(CommandLine, PrintsHelpToStandardOutput) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{{"--help"}, {"help"}}) {
    const Outcome outcome = headgate(arguments);

    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_NE(outcome.out.find("demo-backend"), std::string::npos);
    EXPECT_NE(outcome.out.find("Exit codes"), std::string::npos);
    EXPECT_EQ(outcome.err, "");
  }
}

TEST(CommandLine, PrintsHelpOnOneCommand) {
  EXPECT_NE(headgate({"help", "healthcheck"}).out.find("--timeout"), std::string::npos);
  EXPECT_NE(headgate({"healthcheck", "--help"}).out.find("--timeout"), std::string::npos);
}

TEST(CommandLine, RefusesWhatItDoesNotKnowWithExitCode2) {
  const std::vector<std::vector<std::string>> mistakes{
      {},
      {"fly"},
      {"run", "--confg", "x"},
      {"demo", "--port", "65536"},
      {"demo", "--port", "abc"},
      {"schema", "--docs", "--causes"},
      {"healthcheck", "--timeout", "0"},
      {"healthcheck", "--address", "127.0.0.1:1", "--config", "x"},
      {"help", "fly"},
      {"version", "extra"},
  };
  for (const auto& arguments : mistakes) {
    const Outcome outcome = headgate(arguments);

    EXPECT_EQ(outcome.exit_code, exit_usage) << ::testing::PrintToString(arguments);
    EXPECT_EQ(outcome.out, "") << ::testing::PrintToString(arguments);
    EXPECT_NE(outcome.err, "") << ::testing::PrintToString(arguments);
  }
}

TEST(CommandLine, SuggestsTheCommandThatWasMeant) {
  EXPECT_NE(headgate({"chekc"}).err.find("no command chekc; did you mean check?"), std::string::npos);
  EXPECT_EQ(headgate({"zzzzzzzz"}).err.find("did you mean"), std::string::npos);
}

TEST(CommandLine, ChecksAConfiguration) {
  const TemporaryFolder folder;
  write_file(folder / "good.json", R"({ "listen": "127.0.0.1:80", "backends": ["http://127.0.0.1:1"] })");
  write_file(folder / "bad.json", R"({ "listn": "127.0.0.1:80" })");

  EXPECT_EQ(headgate({"check", folder / "good.json"}).exit_code, exit_ok);
  EXPECT_NE(headgate({"check", folder / "good.json", "--print"}).out.find("\"idle_timeout\""), std::string::npos);
  EXPECT_EQ(headgate({"check", folder / "bad.json"}).exit_code, exit_refused);
  EXPECT_EQ(headgate({"check", folder / "missing.json"}).exit_code, exit_usage);
}

TEST(CommandLine, DoesNotRunWithAFileThatItCannotReadOrThatHasMistakes) {
  const TemporaryFolder folder;
  write_file(folder / "bad.json", R"({ "listn": "127.0.0.1:80" })");

  EXPECT_EQ(headgate({"run", "--config", folder / "missing.json"}).exit_code, exit_usage);
  EXPECT_EQ(headgate({"run", "--config", folder / "bad.json"}).exit_code, exit_refused);
}

TEST(CommandLine, PrintsSchemaReferenceAndCauses) {
  EXPECT_TRUE(nlohmann::json::accept(headgate({"schema"}).out));
  EXPECT_NE(headgate({"schema", "--docs"}).out.find("max_idle"), std::string::npos);
  EXPECT_NE(headgate({"schema", "--causes"}).out.find("CLIENT_HEAD_TOO_LARGE"), std::string::npos);
}

TEST(CommandLine, ChecksHealth) {
  const DemoBackend server{"server", Endpoint{"127.0.0.1", 0, {}}};

  const Outcome outcome = headgate({"healthcheck", "--address", to_string(server.address()), "--timeout", "20"});

  EXPECT_EQ(outcome.exit_code, exit_ok) << outcome.err;
  EXPECT_EQ(outcome.out, "ok\n");
}

TEST(CommandLine, SaysThatThePortOfTheDemoIsBusyAndWhatToDo) {
  const Socket busy = listen_on("127.0.0.1:0");
  const std::string address = local_address(busy);

  const Outcome outcome = headgate({"demo", "--port", address.substr(address.find(':') + 1)});

  EXPECT_EQ(outcome.exit_code, exit_failed);
  EXPECT_NE(outcome.err.find(address + ": Address already in use"), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("--port"), std::string::npos);
}

TEST(CommandLine, NeverOverwritesAFileWithTheConfigurationOfTheDemo) {
  const TemporaryFolder folder;
  write_file(folder / "mine.json", "precious");

  const Outcome outcome = headgate({"demo", "--port", "0", "--config-out", folder / "mine.json"});

  EXPECT_EQ(outcome.exit_code, exit_usage);
  EXPECT_EQ(read_file(folder / "mine.json"), "precious");
}

TEST(CommandLine, RefusesAnAddressThatADemoBackendCannotHave) {
  EXPECT_EQ(headgate({"demo-backend", "--listen", "nonsense"}).exit_code, exit_usage);
  const DemoBackend first{"first", Endpoint{"127.0.0.1", 0, {}}};
  EXPECT_EQ(headgate({"demo-backend", "--listen", to_string(first.address())}).exit_code, exit_failed);
}

TEST(FindConfig, TakesTheNamedFileEvenIfItDoesNotExist) {
  std::ostringstream err;

  EXPECT_EQ(find_config("given.json", {}, err), "given.json");
  EXPECT_EQ(err.str(), "");
}

TEST(FindConfig, TakesTheFirstDefaultThatExistsAndSaysSo) {
  const TemporaryFolder folder;
  write_file(folder / "second.json", "{}");
  write_file(folder / "third.json", "{}");
  std::ostringstream err;

  const std::string found =
      find_config("", {folder / "first.json", folder / "second.json", folder / "third.json"}, err);

  EXPECT_EQ(found, folder / "second.json");
  EXPECT_NE(err.str().find(folder / "second.json"), std::string::npos);
}

TEST(FindConfig, NamesThePlacesWhereItLooked) {
  std::ostringstream err;

  EXPECT_EQ(find_config("", {"/nowhere/config.json"}, err), "");
  EXPECT_NE(err.str().find("/nowhere/config.json"), std::string::npos);
}

}  // namespace
}  // namespace headgate::app
