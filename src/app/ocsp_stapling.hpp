// Asks the authorities of certificates what they say of them, for the workers to staple (RFC 6066 s8).
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "exchange/listener_plan.hpp"
#include "net/name_lookup.hpp"
#include "net/ocsp_fetch.hpp"
#include "net/staple_slot.hpp"
#include "net/timer.hpp"
#include "observe/log.hpp"

namespace headgate::app {

/// One question at a time: a responder that hangs holds up the others, for timeouts.ocsp_fetch at most. On the control
/// thread.
class OcspStapling {
 public:
  OcspStapling(boost::asio::io_context& control, observe::Log& log) : control_{control}, log_{log}, timer_{control} {}

  /// The listeners that serve from now on. `limit`: for each question.
  void watch(const exchange::ListenerPlans& listeners, std::chrono::milliseconds limit, const net::DnsOptions& dns);
  void stop();

 private:
  using Clock = net::Timer::Clock;
  struct Subject {
    std::shared_ptr<net::FetchedStaple> staple;
    std::string listener;
    std::string file;
    Clock::time_point due = {};  ///< at once
    unsigned failures = 0;       ///< in a row
  };
  void wait();
  void ask(Subject& subject);
  void take(Subject& subject, std::string der, std::string problem);
  void accept(Subject& subject, base::OcspResponse response, std::chrono::sys_seconds now);
  void tell(const Subject& subject, observe::Level level, Cause cause, const char* message, const std::string& detail);

  boost::asio::io_context& control_;
  observe::Log& log_;
  net::Timer timer_;
  std::chrono::milliseconds limit_{0};
  net::DnsOptions dns_;
  std::vector<Subject> subjects_;
  std::unique_ptr<net::OcspFetch> fetch_;  ///< null: nobody is asked at the moment
};

}  // namespace headgate::app
