#include "net/proxy_header_reader.hpp"

#include <gtest/gtest.h>

#include <string>

#include "support/memory_stream.hpp"

namespace headgate::net {
namespace {

using namespace std::chrono_literals;
using testing::FaultPlan;
using testing::MemoryStream;
using testing::Wire;

constexpr std::string_view line = "PROXY TCP4 192.0.2.1 198.51.100.2 1000 443\r\n";

class TakeProxyHeader : public ::testing::Test {
 protected:
  void start() { task_.start(); }
  void arrive(std::string_view bytes) {
    wire_->to_proxy += bytes;
    stream_.poke();
  }
  auto result() {
    EXPECT_TRUE(task_.done());
    Result<std::optional<base::ConnectionSource>> out = Error{};
    auto collect = [](auto& task, auto& to) -> base::Task<void> { to = co_await task.join(); };
    base::Task<void> collecting = collect(task_, out);
    collecting.start();
    return out;
  }

  DeadlineWheel wheel_;
  FaultPlan faults_;
  std::shared_ptr<Wire> wire_ = std::make_shared<Wire>();
  MemoryStream stream_{wheel_, wire_, faults_};
  std::array<char, 4096> space_{};
  base::Task<Result<std::optional<base::ConnectionSource>>> task_ = take_proxy_header(stream_, space_, wheel_, 1s);
};

TEST_F(TakeProxyHeader, LeavesWhatFollows) {
  start();

  arrive(std::string{line} + "GET /");

  ASSERT_TRUE(result().value());
  EXPECT_EQ((**result()).port, 1000);
  EXPECT_EQ(wire_->to_proxy, "GET /");
}

TEST_F(TakeProxyHeader, WaitsForTheRestOfIt) {
  start();

  for (const char byte : line) {
    EXPECT_FALSE(task_.done());
    arrive({&byte, 1});
  }

  EXPECT_TRUE(result().value());
  EXPECT_EQ(wire_->to_proxy, "");
}

TEST_F(TakeProxyHeader, TakesNothingOffAConnectionWithoutOne) {
  start();

  arrive("GET / HTTP/1.1\r\n");

  EXPECT_FALSE(result().value());
  EXPECT_EQ(wire_->to_proxy, "GET / HTTP/1.1\r\n");
}

TEST_F(TakeProxyHeader, EndsAtItsTimeHoweverTheBytesTrickleIn) {
  start();
  for (std::uint64_t tick = 1; tick < 19; ++tick) {
    wheel_.advance_to(tick);
    arrive(line.substr(tick - 1, 1));
  }
  EXPECT_FALSE(task_.done());

  wheel_.advance_to(23);

  EXPECT_EQ(result().error().cause, Cause::proxy_header_timeout);
}

TEST_F(TakeProxyHeader, TellsOneThatIsCutShortFromAConnectionThatWasOnlyOpened) {
  start();
  arrive("PROXY TCP4");
  wire_->peer_closed = true;
  stream_.poke();

  EXPECT_EQ(result().error().cause, Cause::proxy_header_bad);
}

TEST_F(TakeProxyHeader, IsSilentAboutAConnectionThatWasOnlyOpened) {
  start();
  wire_->peer_closed = true;
  stream_.poke();

  EXPECT_EQ(result().error().cause, Cause::client_closed);
}

}  // namespace
}  // namespace headgate::net
