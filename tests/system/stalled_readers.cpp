// Standard output and error are pipes as a rule: of a container's log driver, of a supervisor. Their reader may stall.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

/// `headgate run` whose descriptor `stalled` is a pipe that nobody reads.
class ProxyWithStalledReader {
 public:
  ProxyWithStalledReader(const Config& config, const std::string& stalled) {
    EXPECT_EQ(::mkfifo(pipe().c_str(), 0600), 0);
    pipe_ = ::open(pipe().c_str(), O_RDWR | O_NONBLOCK);
    write_config(config);
    const std::string command = "exec " HEADGATE_BINARY " run --config config.json " + stalled + "<>pipe";
    process_ = std::make_unique<ChildProcess>(std::vector<std::string>{"sh", "-c", command},
                                              ChildOptions{.folder = folder_.path()});
    EXPECT_TRUE(wait_until([this] { return said().find("ready") != std::string::npos; }));
  }
  ~ProxyWithStalledReader() { ::close(pipe_); }

  [[nodiscard]] std::string address() const { return "unix:" + (folder_ / "web.sock"); }
  [[nodiscard]] ChildProcess& process() { return *process_; }
  void write_config(const Config& config) const {
    replace_file(folder_ / "config.json", config.with("/listeners/0/address", address()).text());
  }
  void fill_pipe() const {
    const std::string line(4096, 'x');
    while (::write(pipe_, line.data(), line.size()) > 0) {
    }
  }
  [[nodiscard]] std::size_t lines_logged() const {
    std::size_t count = 0;
    std::error_code none;  // the log thread makes the folder, perhaps after "ready"
    for (const auto& entry : std::filesystem::directory_iterator{folder_.path() / "logs", none})
      for (const char c : read_file(entry.path())) count += c == '\n' ? 1 : 0;
    return count;
  }

 private:
  /// All of it so far, whatever the descriptor.
  std::string said() {
    char more[4096];
    for (ssize_t got = 0; (got = ::read(pipe_, more, sizeof more)) > 0;)
      said_.append(more, static_cast<std::size_t>(got));
    return said_ + process_->out();
  }
  [[nodiscard]] std::string pipe() const { return folder_ / "pipe"; }

  TemporaryFolder folder_;
  int pipe_ = -1;
  std::string said_;
  std::unique_ptr<ChildProcess> process_;
};

TEST(StalledReader, OfTheConsoleCostsNeitherTheFilesNorTheStop) {
  ProxyWithStalledReader proxy{saying("x").with("/logging/console", true).with("/routes/0/match/path_prefix", "/x"),
                               "2"};
  proxy.fill_pipe();
  RawClient client{proxy.address()};
  constexpr std::size_t requests = 50;
  for (std::size_t i = 0; i < requests; ++i) client.get("/lost");

  EXPECT_TRUE(wait_until([&] { return proxy.lines_logged() >= requests; }));
  proxy.process().signal(SIGTERM);

  EXPECT_EQ(proxy.process().wait_for_exit(), 0);
}

TEST(StalledReader, OfStandardOutputDoesNotStopReloads) {
  ProxyWithStalledReader proxy{saying("first"), "1"};
  proxy.fill_pipe();

  for (const char* text : {"second", "third"}) {
    proxy.write_config(saying(text));
    EXPECT_TRUE(wait_until([&] { return RawClient{proxy.address()}.get("/").body == text; }));
  }
  proxy.process().signal(SIGTERM);

  EXPECT_EQ(proxy.process().wait_for_exit(), 0);
}

}  // namespace
}  // namespace headgate::testing
