#include "support/proxy_under_test.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace headgate::testing {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> result;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line) && !stream.eof();) result.push_back(line);  // whole lines only
  return result;
}

std::vector<std::string> command_for(const TemporaryFolder& folder, const Config& config) {
  write_file(folder / "config.json", config.text());
  return {HEADGATE_BINARY, "run", "--config", folder / "config.json"};
}

ChildOptions in_folder(ChildOptions options, const TemporaryFolder& folder) {
  options.folder = folder.path();
  return options;
}

}  // namespace

std::string LogRecord::operator[](std::string_view key) const {
  const auto document = nlohmann::json::parse(line, nullptr, false);
  const auto member = document.is_object() ? document.find(key) : document.end();
  if (member == document.end() || member->is_null()) return "";
  return member->is_string() ? member->get<std::string>() : member->dump();
}

bool LogRecord::is_json_object() const { return nlohmann::json::parse(line, nullptr, false).is_object(); }

ProxyUnderTest::ProxyUnderTest(const Config& config, const ChildOptions& options)
    : process_{command_for(folder_, config), in_folder(options, folder_)}, uncaught_{std::uncaught_exceptions()} {
  const auto ready = [this] {
    const auto lines = lines_of(out());
    return std::find(lines.begin(), lines.end(), "ready") != lines.end();
  };
  if (wait_until([&] { return ready() || !process_.running(); }) && ready()) return;
  throw std::runtime_error("the proxy did not become ready\nstdout: " + out() + "\nstderr: " + err());
}

ProxyUnderTest::~ProxyUnderTest() {
  if (!ended_) {
    signal(SIGTERM);
    try {
      EXPECT_EQ(process_.wait_for_exit(), 0) << "exit code of the proxy";
    } catch (const std::exception& problem) {
      ADD_FAILURE() << "after TERM: " << problem.what();
    }
  }
  if (::testing::Test::HasFailure() || std::uncaught_exceptions() > uncaught_) explain("the test failed");
}

void ProxyUnderTest::explain(const char* what) const {
  std::cerr << "--- proxy " << pid() << ": " << what << "\n--- stdout\n"
            << out() << "--- stderr\n"
            << err() << "--- log\n";
  const auto records = log();
  const std::size_t from = records.size() > 20 ? records.size() - 20 : 0;
  for (std::size_t i = from; i < records.size(); ++i) std::cerr << records[i].line << "\n";
}

std::string ProxyUnderTest::address(std::string_view listener) const {
  const std::string start = "listening on ";
  const std::string end = " (" + std::string(listener) + ")";
  std::string found;  // the last one counts: a reload may have moved it
  for (const std::string& line : lines_of(out()))
    if (line.starts_with(start) && line.ends_with(end))
      found = line.substr(start.size(), line.size() - start.size() - end.size());
  if (found.empty()) throw std::runtime_error("no listener " + std::string(listener) + " in: " + out());
  return found;
}

std::vector<std::string> ProxyUnderTest::reloads() const {
  std::vector<std::string> result;
  for (const std::string& line : lines_of(out())) {
    const auto colon = line.find(": ");
    if (!line.starts_with("reload ") || colon == std::string::npos) continue;
    const auto word = line.substr(colon + 2);
    result.push_back(word.substr(0, word.find_first_of(" ,;:")));
  }
  return result;
}

std::string ProxyUnderTest::wait_for_reload(std::size_t before) const {
  if (!wait_until([&] { return reloads().size() > before; })) throw std::runtime_error("no reload was reported");
  return reloads().at(before);
}

std::string ProxyUnderTest::reload(const Config& config) {
  return reload_after([&] { replace_file(config_file(), config.text()); });
}

std::vector<std::filesystem::path> ProxyUnderTest::log_files(std::string_view prefix) const {
  std::vector<std::filesystem::path> result;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{folder() / "logs", none})
    if (entry.path().filename().string().starts_with(prefix)) result.push_back(entry.path());
  std::sort(result.begin(), result.end());
  return result;
}

std::vector<LogRecord> ProxyUnderTest::log(std::string_view prefix) const {
  std::vector<LogRecord> result;
  for (const auto& file : log_files(prefix))
    for (std::string& line : lines_of(read_file(file))) result.push_back({std::move(line)});
  return result;
}

LogRecord ProxyUnderTest::wait_for_log(std::string_view cause, std::size_t skip) const {
  LogRecord found;
  const auto appeared = [&] {
    std::size_t seen = 0;
    for (const LogRecord& record : log()) {
      if (record["cause"] != cause || seen++ != skip) continue;
      found = record;
      return true;
    }
    return false;
  };
  if (!wait_until(appeared)) throw std::runtime_error("no log record of " + std::string(cause));
  return found;
}

LogRecord ProxyUnderTest::wait_for_access_log(std::size_t skip) const {
  if (!wait_until([&] { return log("access_").size() > skip; })) throw std::runtime_error("no access log record");
  return log("access_").at(skip);
}

std::size_t ProxyUnderTest::count_log(std::string_view cause) const {
  const auto records = log();
  return static_cast<std::size_t>(
      std::count_if(records.begin(), records.end(), [&](const LogRecord& record) { return record["cause"] == cause; }));
}

long ProxyUnderTest::status_number(std::string_view name) const {
  std::ifstream status{"/proc/" + std::to_string(pid()) + "/status"};
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(name)) return std::stol(line.substr(name.size()));
  throw std::runtime_error("no such line: " + std::string(name));
}

/// utime and stime of /proc/PID/stat count in steps of 10 ms; this in nanoseconds.
std::chrono::microseconds ProxyUnderTest::cpu_time() const {
  std::chrono::nanoseconds total{0};
  for (const auto& thread : std::filesystem::directory_iterator{"/proc/" + std::to_string(pid()) + "/task"}) {
    std::chrono::nanoseconds::rep spent = 0;
    std::ifstream{thread.path() / "schedstat"} >> spent;
    total += std::chrono::nanoseconds{spent};
  }
  return std::chrono::duration_cast<std::chrono::microseconds>(total);
}

std::size_t ProxyUnderTest::open_files() const {
  const std::filesystem::directory_iterator folder{"/proc/" + std::to_string(pid()) + "/fd"};
  return static_cast<std::size_t>(std::distance(begin(folder), end(folder)));
}

int ProxyUnderTest::wait_for_exit(milliseconds deadline) {
  const int exit_code = process_.wait_for_exit(deadline);
  ended_ = true;
  return exit_code;
}

int ProxyUnderTest::stop() {
  signal(SIGTERM);
  return wait_for_exit();
}

}  // namespace headgate::testing
