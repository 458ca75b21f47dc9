// Tells of certificates that end soon, whoever runs the renewal: at a start, at a reload, and each day.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "exchange/listener_plan.hpp"
#include "observe/log.hpp"

namespace headgate::app {

/// Which certificates are to be told of. Knows no clock.
class ExpiryNotices {
 public:
  /// Let's Encrypt renews 30 days before the end: whoever is below half of that has a renewal that fails.
  static constexpr std::chrono::days tell_before{14};

  struct Notice {
    std::string listener;
    std::string file;
    std::chrono::sys_seconds until;
  };
  /// Those that end soon and were not told of for a day.
  std::vector<Notice> due(const exchange::ListenerPlans& listeners, std::chrono::sys_seconds now);

 private:
  std::map<std::string, std::chrono::sys_seconds> told_;  ///< when, by file
};

/// On the control thread.
class CertificateWatch {
 public:
  CertificateWatch(boost::asio::io_context& control, observe::Log& log) : log_{log}, timer_{control} {}

  /// The listeners that serve from now on.
  void watch(const exchange::ListenerPlans& listeners);
  void stop() { timer_.cancel(); }

 private:
  void look();
  void wait();

  observe::Log& log_;
  boost::asio::steady_timer timer_;
  exchange::ListenerPlans listeners_;
  ExpiryNotices notices_;
};

}  // namespace headgate::app
