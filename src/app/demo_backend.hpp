// A small HTTP/1.1 server to put behind the proxy: for `headgate demo`, container tests and first steps. It answers
// with its name, so that one sees which backend took a request.
#pragma once

#include <memory>
#include <string>

#include "headgate/endpoint.hpp"

namespace headgate::app {

class DemoBackendServer;

/// Listens and serves on a thread of its own from construction to stop() or destruction.
class DemoBackend {
 public:
  /// Port 0 takes a free port. Throws boost::system::system_error when the address cannot be listened on.
  DemoBackend(std::string name, const Endpoint& listen);
  ~DemoBackend();
  DemoBackend(const DemoBackend&) = delete;
  DemoBackend& operator=(const DemoBackend&) = delete;

  [[nodiscard]] const Endpoint& address() const { return address_; }  ///< with the bound port

  /// Closes the listener and every connection, in the middle of a response too.
  void stop();

 private:
  Endpoint address_;
  std::unique_ptr<DemoBackendServer> server_;
};

}  // namespace headgate::app
