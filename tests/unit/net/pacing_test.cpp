#include "net/pacing.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <string>

#include "support/socket.hpp"

namespace headgate::net {
namespace {

std::string congestion_control(int fd) {
  char name[16]{};
  socklen_t length = sizeof name;
  EXPECT_EQ(::getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, name, &length), 0);
  return name;
}

class PacingTest : public ::testing::Test {
 protected:
  /// What the socket has after it was told of a peer.
  std::string with_peer(const char* host) {
    leave_pacing_out(socket_.fd(), resolve({host, 80, ""}).value().front());
    return congestion_control(socket_.fd());
  }

  testing::Socket socket_{::socket(AF_INET, SOCK_STREAM, 0)};
  std::string default_ = congestion_control(socket_.fd());
};

TEST_F(PacingTest, IsLeftOutForAPeerOnThisMachine) {
  EXPECT_EQ(with_peer("127.0.0.1"), default_.starts_with("bbr") ? "reno" : default_);
}

TEST_F(PacingTest, IsTheKernelsChoiceForAllOthers) { EXPECT_EQ(with_peer("192.0.2.1"), default_); }

}  // namespace
}  // namespace headgate::net
