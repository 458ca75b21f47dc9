#pragma once

#include <cstdint>
#include <string>

#include "headgate/heads.hpp"
#include "http/request_id.hpp"
#include "observe/counter.hpp"
#include "observe/log_writer.hpp"
#include "route/scratch.hpp"

namespace headgate::exchange {

/// Memory of one running exchange; a worker keeps some, so that requests allocate nothing.
struct Workspace {
  RequestHead request;
  ResponseHead response;
  std::string head;         ///< what `request` points into, if it came in HTTP/2
  std::string target;       ///< to send upstream
  std::string client;       ///< text of the resolved client address
  std::string out;          ///< bytes on their way to the client
  std::string replacement;  ///< a field value rewritten by us
  std::string preface;      ///< of a connection to the upstream
  std::string upgrade;      ///< protocols to offer upstream
  std::string trailers;     ///< of the request, when some of them are left out
  std::string kept;         ///< of the request's head, while its tunnel runs
};

/// What the exchanges of one worker share.
struct Environment {
  observe::LogWriter& log;
  http::RequestIdSource request_ids;
  route::Scratch route_scratch;
  std::uint32_t random_state = 0x9E3779B9U;
  observe::SharedGauge& open_tunnels;  ///< of the whole process

  /// For weighted splits: fast, uniform enough, not secret (xorshift32).
  std::uint32_t random() {
    random_state ^= random_state << 13U;
    random_state ^= random_state >> 17U;
    random_state ^= random_state << 5U;
    return random_state;
  }
};

}  // namespace headgate::exchange
