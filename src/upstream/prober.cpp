#include "upstream/prober.hpp"

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include "base/coarse_time.hpp"
#include "upstream/probe.hpp"

namespace headgate::upstream {
namespace {

/// Probes that run at once: each has a descriptor and some buffers. The others wait for their turn.
constexpr std::size_t most_at_once = 256;

using SteadyTime = std::chrono::steady_clock::time_point;

}  // namespace

Prober::Prober(boost::asio::io_context& control, const AddressBook& addresses)
    : control_{control},
      timer_{control},
      addresses_{addresses},
      random_{static_cast<std::minstd_rand::result_type>(base::exact_nanoseconds())} {}

Prober::~Prober() = default;

void Prober::update(const std::vector<WantedProbe>& wanted) {
  const Moment now = Moment::now();
  for (const ProbeResult& known : schedule_.update(wanted, now.ns))
    known.endpoint->health.probed(known.report, now.wall_at(known.next), now);
  wait();
}

void Prober::stop() {
  stopped_ = true;
  timer_.cancel();
}

std::vector<net::SocketAddress> Prober::addresses_of(const ProbeSchedule::Due& due) const {
  std::vector<net::SocketAddress> addresses;
  if (const auto found = addresses_.find(due.backend); found != addresses_.end())
    for (const net::SocketAddress& address : found->second) addresses.push_back(address.with_port(due.endpoint.port));
  return addresses;
}

void Prober::send_due() {
  if (stopped_) return;
  for (const auto& due : schedule_.begin(most_at_once - running_, base::exact_nanoseconds())) send(due);
  wait();
}

void Prober::send(const ProbeSchedule::Due& due) {
  ++running_;
  auto probe = send_probe(due.endpoint, due.rules, addresses_of(due), due.tls, due.proxy_protocol, due.protocol);
  boost::asio::co_spawn(control_, std::move(probe),
                        [this, key = due.key, alive = std::weak_ptr{alive_}](const std::exception_ptr& failure,
                                                                             const std::optional<ProbeReport>& report) {
                          if (!alive.expired()) finished(key, failure ? std::nullopt : report);
                        });
}

void Prober::finished(const ProbeSchedule::Key& key, const std::optional<ProbeReport>& report) {
  --running_;
  const Moment now = Moment::now();
  const double random = static_cast<double>(random_() - std::minstd_rand::min()) /
                        (static_cast<double>(std::minstd_rand::max() - std::minstd_rand::min()) + 1);
  for (const ProbeResult& result : schedule_.end(key, report, random, now.ns))
    result.endpoint->health.probed(result.report, now.wall_at(result.next), now);
  send_due();
}

void Prober::wait() {
  const auto next = schedule_.next_due();
  if (stopped_ || !next || running_ == most_at_once) return;  // in that case the end of one of them sends the next
  timer_.expires_at(SteadyTime{std::chrono::nanoseconds{*next}});
  timer_.async_wait([this, alive = std::weak_ptr{alive_}](const boost::system::error_code& cancelled) {
    if (!cancelled && !alive.expired()) send_due();
  });
}

}  // namespace headgate::upstream
