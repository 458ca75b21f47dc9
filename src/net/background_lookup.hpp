// One look-up of a name on a thread of its own, for whoever runs an io_context and must not wait.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <thread>

#include "headgate/endpoint.hpp"
#include "headgate/result.hpp"
#include "net/name_lookup.hpp"

namespace headgate::net {

class BackgroundLookup {
 public:
  /// `told` is called once, from the context, which outlives this; not after the end of this object.
  BackgroundLookup(boost::asio::io_context& context, std::unique_ptr<NameLookup> lookup, const Endpoint& endpoint,
                   NameLookup::Told told);
  BackgroundLookup(const BackgroundLookup&) = delete;
  BackgroundLookup& operator=(const BackgroundLookup&) = delete;
  /// Gives up what is under way: it takes a wake-up, however long the name servers take.
  ~BackgroundLookup();

 private:
  void run(const Endpoint& endpoint);

  boost::asio::io_context& context_;
  std::shared_ptr<NameLookup::Told> told_;
  std::atomic<bool> stopping_{false};
  std::optional<Result<FoundAddresses>> answer_;  ///< outlives the look-up, which may tell at its end
  std::unique_ptr<NameLookup> lookup_;
  std::thread thread_;  ///< last: it uses the rest
};

}  // namespace headgate::net
