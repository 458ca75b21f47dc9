// Malformed and unusual messages with what must become of them: tried on parser and decoder by the unit tests, and over
// real sockets by the system tests. Expectations hold for the default limits.
#pragma once

#include <string>
#include <vector>

namespace headgate::testing {

enum class Side { request, response };

struct RawMessage {
  std::string name;
  Side side;
  /// What the client sees. Requests: 200 when it is passed on, else the status of the refusal (501: the parser passes
  /// it, the engine refuses). Responses, to a GET, followed by the end of the connection: 502 when they are refused,
  /// else their own final status.
  int expected;
  std::string bytes;
  /// The fault lies in the body. The head may have gone on already: then the message must be cut off visibly
  /// instead, never completed.
  bool in_body = false;
};

/// At least 150 rows, names unique within a side.
const std::vector<RawMessage>& raw_messages();

std::vector<RawMessage> raw_request_heads();
std::vector<RawMessage> raw_request_framing();
std::vector<RawMessage> raw_responses();

}  // namespace headgate::testing
