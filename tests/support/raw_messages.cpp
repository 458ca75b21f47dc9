#include "support/raw_messages.hpp"

#include <iterator>
#include <utility>

namespace headgate::testing {

const std::vector<RawMessage>& raw_messages() {
  static const std::vector<RawMessage> all = [] {
    std::vector<RawMessage> rows = raw_request_heads();
    for (auto* part : {&raw_request_framing, &raw_responses}) {
      std::vector<RawMessage> more = part();
      std::move(more.begin(), more.end(), std::back_inserter(rows));
    }
    return rows;
  }();
  return all;
}

}  // namespace headgate::testing
