#pragma once

#include "base/task.hpp"
#include "headgate/cause.hpp"

namespace headgate::server {

/// What a client's connection carries once it is open: its requests, in the protocol that was chosen. The connection,
/// which owns it, begins and ends it.
class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;

  /// Serves the connection to its end. True: the client may still be sending, and a close would turn into a reset.
  virtual base::Task<bool> serve() = 0;
  /// Idle: ends now; busy: with what runs.
  virtual void drain() = 0;
  /// Ends what runs: the client is lost, for that reason. The connection may be gone afterwards.
  virtual void lose_client(Cause cause) = 0;
};

}  // namespace headgate::server
