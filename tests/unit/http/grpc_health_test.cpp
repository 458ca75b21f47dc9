#include "http/grpc_health.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace headgate::http {
namespace {

using namespace std::string_literals;

std::string frame(const std::string& message) { return "\0\0\0\0"s + static_cast<char>(message.size()) + message; }

TEST(GrpcHealth, AsksForAService) {
  EXPECT_EQ(health_check_request(""), frame(""));
  EXPECT_EQ(health_check_request("shop.Orders"), frame("\x0a\x0bshop.Orders"));
}

TEST(GrpcHealth, AsksForAServiceWithALongName) {
  const std::string name(300, 'x');

  EXPECT_EQ(health_check_request(name), "\0\0\0\x01\x2f\x0a\xac\x02"s + name);
}

TEST(GrpcHealth, ReadsTheStatus) {
  EXPECT_EQ(read_health_check_response(frame("\x08\x01")), ServingStatus::serving);
  EXPECT_EQ(read_health_check_response(frame("\x08\x02")), ServingStatus::not_serving);
  EXPECT_EQ(read_health_check_response(frame("\x08\x03")), ServingStatus::service_unknown);
  EXPECT_EQ(read_health_check_response(frame("")), ServingStatus::unknown);
  EXPECT_EQ(read_health_check_response(frame("\x08\x7f")), ServingStatus::unknown);
}

TEST(GrpcHealth, SkipsFieldsOfLaterVersions) {
  const std::string later = "\x10\x96\x01"s + "\x1a\x02hi"s + "\x21\0\0\0\0\0\0\0\0"s + "\x2d\0\0\0\0"s;

  EXPECT_EQ(read_health_check_response(frame(later + "\x08\x01")), ServingStatus::serving);
}

TEST(GrpcHealth, RefusesWhatIsNotOneWholeMessage) {
  const std::string serving = frame("\x08\x01");
  const std::vector<std::string> all{
      "",
      "\0\0\0\0"s,
      serving.substr(0, serving.size() - 1),
      serving + "x",
      serving + serving,
      "\x01" + serving.substr(1),
      frame("\x08"),
      frame("\x0a\x01\x01"),
      frame("\x12\x05hi"),
      frame("\x13"),
      frame("\x01\x01"),
      frame("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
      frame("\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
  };
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(read_health_check_response(all[i]), std::nullopt) << i;
}

}  // namespace
}  // namespace headgate::http
