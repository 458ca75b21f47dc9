// A pool with one call under way, for the tests of upstream connections.
#pragma once

#include <string>
#include <string_view>

#include "pool_fixture.hpp"

namespace headgate::upstream {

class ConnectionTest : public PoolTest {
 protected:
  Socket& peer() { return peers_.at(0); }
  void answer(std::string_view bytes) { testing::send_all(peer(), bytes); }
  Error head_error(Call& call) {
    ResponseHead head;
    return result_of(call.read_head(head));
  }
  /// Everything that went to the upstream, once a piece is there.
  std::string sent() { return testing::receive(peer()); }

  CallPtr call_ = connect();
};

}  // namespace headgate::upstream
