#include "base/console.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

namespace headgate::base {
namespace {

class ConsoleTest : public ::testing::Test {
 protected:
  ConsoleTest() { EXPECT_EQ(::pipe(ends_), 0); }
  ~ConsoleTest() override {
    ::close(ends_[0]);
    ::close(ends_[1]);
  }
  [[nodiscard]] int in() const { return ends_[1]; }
  std::string read() {
    std::string text(256 * 1024, '\0');
    const ssize_t got = ::read(ends_[0], text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

 private:
  int ends_[2]{};
};

TEST_F(ConsoleTest, WritesTheWholeTextWhileSomebodyReads) {
  const std::string text(10'000, 'x');

  EXPECT_TRUE(write_at_once(in(), text));

  EXPECT_EQ(read(), text);
}

TEST_F(ConsoleTest, DoesNotWaitForAReaderThatHasStalled) {
  while (write_at_once(in(), std::string(4096, 'x'))) {
  }

  EXPECT_FALSE(write_at_once(in(), "more"));
}

TEST_F(ConsoleTest, GoesOnWhenTheReaderDoes) {
  while (write_at_once(in(), std::string(4096, 'x'))) {
  }
  read();

  EXPECT_TRUE(write_at_once(in(), "more"));
}

TEST(Console, SaysThatADescriptorIsClosed) { EXPECT_FALSE(write_at_once(-1, "text")); }

}  // namespace
}  // namespace headgate::base
