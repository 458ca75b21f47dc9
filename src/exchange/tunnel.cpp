#include "exchange/tunnel.hpp"

#include <array>
#include <cerrno>

namespace headgate::exchange {

std::string_view to_string(TunnelEnding ending) {
  constexpr std::array<std::string_view, 6> words{
      "closed by client", "closed by upstream", "reset by client", "reset by upstream", "idle", "cut"};
  return words[static_cast<std::size_t>(ending)];
}

Cause cause_of(TunnelEnding ending) {
  switch (ending) {
    case TunnelEnding::reset_by_client:
      return Cause::tunnel_client_reset;
    case TunnelEnding::reset_by_upstream:
      return Cause::tunnel_upstream_reset;
    case TunnelEnding::idle:
      return Cause::tunnel_idle_timeout;
    default:
      return Cause::none;
  }
}

Tunnel::Tunnel(net::TunnelEnd client, net::TunnelEnd upstream, const Means& means, observe::RouteCounters& counters)
    : means_{means},
      idle_{means.idle, means.wheel.now()},
      up_{*client.stream,
          *client.received,
          *upstream.stream,
          counters.tunnel_bytes_received,
          TunnelEnding::closed_by_client,
          TunnelEnding::reset_by_client,
          TunnelEnding::reset_by_upstream},
      down_{*upstream.stream,
            *upstream.received,
            *client.stream,
            counters.tunnel_bytes_sent,
            TunnelEnding::closed_by_upstream,
            TunnelEnding::reset_by_upstream,
            TunnelEnding::reset_by_client} {}

Tunnel::~Tunnel() {
  if (gone_ != nullptr) *gone_ = true;
}

base::Task<TunnelEnding> Tunnel::run() {
  other_way_ = pump(down_);
  other_way_.start();
  co_await pump(up_);
  co_await other_way_.join();
  pass_reset_on();
  co_return *ending_;
}

base::Task<void> Tunnel::pump(Way& way) {
  while (!stopped_) {
    if (way.received.empty()) {
      const net::IoResult got = co_await receive(way);
      if (!got.ok()) {
        end_of(way, got);
        break;
      }
    }
    const net::Pieces pieces{way.received.view()};
    const int error = co_await way.to.write(pieces, means_.idle);
    if (stopped_) break;
    if (error == ETIMEDOUT) {
      stop(TunnelEnding::idle);
      break;
    }
    if (error != 0) {
      note(way.to_reset);  // what it had said before is still read: the other way finds the end
      break;
    }
    way.bytes += pieces[0].size();
    way.counter.add(pieces[0].size());
    idle_.moved(means_.wheel.now());
    way.received.clear();
  }
  way.received.release();
}

/// A write that is still under way counts with what was taken of it.
std::chrono::milliseconds Tunnel::time_left() {
  idle_.moved(up_.to.took_at());
  idle_.moved(down_.to.took_at());
  return idle_.left(means_.wheel.now());
}

/// The next bytes, the end, or an error; ETIMEDOUT when nothing has moved either way for too long.
base::Task<net::IoResult> Tunnel::receive(Way& way) {
  way.received.clear();
  for (;;) {
    const std::chrono::milliseconds left = time_left();
    if (left.count() <= 0) co_return net::IoResult{0, ETIMEDOUT};
    net::IoResult got;
    if (!way.from.may_read()) {
      way.received.release();
      got.error = co_await way.from.readable(left);
    }
    if (got.error == 0 && !stopped_) {
      means_.buffers.provide_for_body(way.received, way.bulky);
      const std::size_t room = way.received.space().size();
      got = co_await way.from.read(way.received.space(), left);
      way.bulky = got.bytes == room;
    }
    if (stopped_) co_return net::IoResult{0, ECANCELED};
    if (got.error == ETIMEDOUT) continue;  // the other way may have been busy
    way.received.commit(got.bytes);
    co_return got;
  }
}

/// Of what comes that way: after its end, an error, or a time in which nothing moved.
void Tunnel::end_of(Way& way, const net::IoResult& got) {
  if (stopped_) return;
  if (got.error == ETIMEDOUT) return stop(TunnelEnding::idle);
  if (got.error != 0) return stop(way.from_reset);
  note(way.closed);
  way.told_of_end = true;
  way.to.shutdown_write();
}

void Tunnel::note(TunnelEnding ending) {
  if (!ending_) ending_ = ending;
}

/// From inside of one way: it holds the tunnel.
void Tunnel::stop(TunnelEnding ending) {
  ending_ = ending;
  stopped_ = true;
  up_.from.cancel();
  down_.from.cancel();
}

void Tunnel::cut() {
  ending_ = TunnelEnding::cut;
  stopped_ = true;
  bool gone = false;
  gone_ = &gone;
  net::Stream& upstream = down_.from;
  up_.from.cancel();
  if (gone) return;
  upstream.cancel();
  if (!gone) gone_ = nullptr;
}

/// Unless it was told already, and in peace, that no more will come: a reset could eat what it has not read yet.
void Tunnel::pass_reset_on() {
  if (ending_ == TunnelEnding::reset_by_upstream && !down_.told_of_end) down_.to.reset();
  if (ending_ == TunnelEnding::reset_by_client && !up_.told_of_end) up_.to.reset();
}

}  // namespace headgate::exchange
