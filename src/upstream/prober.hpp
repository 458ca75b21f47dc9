#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "net/address.hpp"
#include "upstream/probe_schedule.hpp"

namespace headgate::upstream {

/// Sends the probes of a ProbeSchedule and tells the endpoints what came of them. On the control thread.
class Prober {
 public:
  using AddressBook = std::map<std::string, std::vector<net::SocketAddress>>;  ///< by EndpointState::name

  /// `addresses`: where probes of a backend go; read at each probe.
  Prober(boost::asio::io_context& control, const AddressBook& addresses);
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;
  ~Prober();

  void update(const std::vector<WantedProbe>& wanted);
  /// Sends no more.
  void stop();

 private:
  struct Alive {};
  void send_due();
  void send(const ProbeSchedule::Due& due);
  void finished(const ProbeSchedule::Key& key, const std::optional<ProbeReport>& report);
  [[nodiscard]] std::vector<net::SocketAddress> addresses_of(const ProbeSchedule::Due& due) const;
  void wait();

  boost::asio::io_context& control_;
  boost::asio::steady_timer timer_;
  ProbeSchedule schedule_;
  const AddressBook& addresses_;
  std::minstd_rand random_;  ///< for jitter, which is no secret
  std::size_t running_ = 0;
  bool stopped_ = false;
  std::shared_ptr<Alive> alive_ = std::make_shared<Alive>();  ///< what was begun looks whether this is still there
};

}  // namespace headgate::upstream
