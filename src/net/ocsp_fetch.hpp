#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/ocsp_question.hpp"
#include "net/background_lookup.hpp"
#include "net/name_lookup.hpp"
#include "net/timer.hpp"

namespace headgate::net {

/// One question to a responder by HTTP (RFC 6960 appendix A.1). On the thread of the context, which it never blocks.
class OcspFetch {
 public:
  /// The response's body as it came, or, in words, why there is none: then `problem` is not empty.
  using Told = std::function<void(std::string der, const std::string& problem)>;

  /// `told` is called once, within `limit`, unless this object ends before. `question` and the context outlive it.
  OcspFetch(boost::asio::io_context& context, const base::OcspQuestion& question, const DnsOptions& dns,
            std::chrono::milliseconds limit, Told told);
  OcspFetch(const OcspFetch&) = delete;
  OcspFetch& operator=(const OcspFetch&) = delete;
  ~OcspFetch();

 private:
  struct Talk;
  void connect(const Result<FoundAddresses>& found);
  void send();
  void receive();
  void take_answer();
  bool failed(const boost::system::error_code& error);
  void end(std::string der, const std::string& problem);

  const base::OcspQuestion& question_;
  Told told_;
  std::shared_ptr<Talk> talk_;  ///< null: over; what is under way holds on to it
  Timer deadline_;
  BackgroundLookup lookup_;
};

}  // namespace headgate::net
