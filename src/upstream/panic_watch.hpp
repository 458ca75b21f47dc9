// Which upstreams are in a panic (health.panic_percent), for people to be told. Requests find out on their own, in
// their worker's Census.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "upstream/endpoint_state.hpp"
#include "upstream/turn.hpp"

namespace headgate::upstream {

/// Belongs to one thread.
class PanicWatch {
 public:
  using Endpoints = std::map<std::string, std::shared_ptr<EndpointState>>;  ///< by endpoint_key()

  /// What was found before stays, for upstreams that are still there.
  void apply(const config::Settings& settings, const Endpoints& endpoints);
  struct Change {
    bool panic;
    Group group;  ///< whose turn it is: the backups, or the others
  };
  /// The present state, if it is another than before.
  std::optional<Change> look(const std::string& upstream);
  /// As of the last look().
  [[nodiscard]] bool panic(const std::string& upstream) const;

 private:
  struct Backend {
    std::shared_ptr<EndpointState> state;
    bool backup = false;
  };
  struct Upstream {
    std::vector<Backend> backends;  ///< those with a weight
    std::uint32_t panic_percent = 0;
    bool panic = false;
  };
  std::map<std::string, Upstream> upstreams_;
};

}  // namespace headgate::upstream
