#include "app/bound_listeners.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace headgate::app {
namespace {

TEST(BoundListeners, AreAnnouncedOneALine) {
  std::ostringstream out;

  announce({{"web", "127.0.0.1:80"}, {"admin", "unix:/run/a.sock"}}, out);

  EXPECT_EQ(out.str(), "listening on 127.0.0.1:80 (web)\nlistening on unix:/run/a.sock (admin)\n");
}

TEST(BoundListeners, AreAddedWhenTheirAddressIsNew) {
  const BoundListeners before{{"web", "127.0.0.1:80"}, {"gone", "127.0.0.1:81"}};
  const BoundListeners now{{"renamed", "127.0.0.1:80"}, {"more", "127.0.0.1:82"}};

  EXPECT_EQ(added(before, now), (BoundListeners{{"more", "127.0.0.1:82"}}));
}

}  // namespace
}  // namespace headgate::app
