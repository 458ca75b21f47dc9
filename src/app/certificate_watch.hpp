// Tells of certificates and revocation lists that end soon, whoever runs the renewal: at a start, at a reload, and each
// day.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "config/file_term.hpp"
#include "observe/log.hpp"

namespace headgate::app {

/// Which files are to be told of. Knows no clock.
class ExpiryNotices {
 public:
  /// Those that end soon and were not told of for a day.
  std::vector<config::FileTerm> due(const std::vector<config::FileTerm>& terms, std::chrono::sys_seconds now);

 private:
  std::map<std::string, std::chrono::sys_seconds> told_;  ///< when, by file
};

/// On the control thread.
class CertificateWatch {
 public:
  CertificateWatch(boost::asio::io_context& control, observe::Log& log) : log_{log}, timer_{control} {}

  /// The files that are in use from now on.
  void watch(std::vector<config::FileTerm> terms);
  void stop() { timer_.cancel(); }

 private:
  void look();
  void tell(const config::FileTerm& term, bool over);
  void wait();

  observe::Log& log_;
  boost::asio::steady_timer timer_;
  std::vector<config::FileTerm> terms_;
  ExpiryNotices notices_;
};

}  // namespace headgate::app
