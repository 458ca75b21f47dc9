#include "upstream/http2_connections.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <utility>

#include "upstream/http2_rules.hpp"
#include "upstream/pool.hpp"

namespace headgate::upstream {
namespace {

/// Beyond timeouts.connect, so that an attempt that began for a call says itself why it failed.
constexpr std::chrono::milliseconds leave_to_attempt = 2 * net::DeadlineWheel::tick;

}  // namespace

Http2Connections::Http2Connections(Pool& pool, http2::Workspace& workspace)
    : pool_{pool}, workspace_{workspace}, callbacks_{Http2Connection::callbacks()} {}

Http2Connections::~Http2Connections() {
  if (gone_ != nullptr) *gone_ = true;
  while (!attempts_.empty()) {
    Attempt& attempt = attempts_.front();
    attempts_.pop_front();
    attempt.abandoned = true;
    if (attempt.connection)
      attempt.connection->give_up();
    else
      attempt.canceller.cancel();
  }
  for (const auto& connection : connections_) connection->abandon();
}

void Http2Connections::apply(const config::UpstreamHttp2& settings, bool either) {
  if (settings_ != settings || connections_.empty()) expected_streams_ = settings.max_streams;
  settings_ = settings;
  if (std::exchange(either_, either) != either) http1_since_.reset();
}

void Http2Connections::retire_all() {
  http1_since_.reset();
  for (const auto& connection : connections_) connection->retire();
}

std::size_t Http2Connections::idle() const {
  return static_cast<std::size_t>(
      std::count_if(connections_.begin(), connections_.end(), [](const auto& each) { return each->idle(); }));
}

CallPtr Http2Connections::take(const CallOptions& options) {
  for (const auto& connection : connections_) {
    if (!connection->has_room()) continue;
    if (!may_reuse(pool_.rules_, pool_.ticks_since(connection->opened_at()))) {
      connection->retire();
      continue;
    }
    const bool was_idle = connection->idle();
    CallPtr call = connection->begin(options);
    if (call->reused()) pool_.counters_.connections_reused.add();
    if (was_idle) pool_.count_idle();
    return call;
  }
  return nullptr;
}

// Those who wait.

base::Task<Result<CallPtr>> Http2Connections::connect(const CallOptions& options, net::ConnectCanceller& canceller) {
  if (http1_since_ && !asks_again(pool_.ticks_since(*http1_since_)))
    return pool_.connect_alone(options, canceller, {}, Purpose::tunnel);
  return wait(options, canceller);
}

/// No longer than timeouts.connect, whatever attempts of others are on their way by then.
base::Task<Result<CallPtr>> Http2Connections::wait(const CallOptions& options, net::ConnectCanceller& canceller) {
  Waiter waiter{options, pool_.wheel()};
  waiters_.push_back(waiter);
  canceller.set(
      [](void* self) {
        auto& cancelled = *static_cast<Waiter*>(self);
        if (cancelled.answer) return;
        cancelled.answer = Error{Cause::upstream_connect_failed, "", ECANCELED};
        cancelled.patience.interrupt();
      },
      &waiter);
  begin_connects();
  if (!waiter.answer) co_await waiter.patience.wait(options.connect + leave_to_attempt);
  canceller.set(nullptr, nullptr);
  if (waiter.is_linked()) waiters_.erase(waiters_.iterator_to(waiter));
  if (!waiter.answer) co_return Error{Cause::upstream_connect_timeout, "no connection of HTTP/2 that has room"};
  if (!*waiter.answer || **waiter.answer != nullptr) co_return std::move(*waiter.answer);
  auto alone = co_await pool_.connect_alone(options, canceller, {}, Purpose::tunnel);
  co_return alone;
}

/// Out of memory, one call ends, and not the process.
Result<CallPtr> Http2Connections::try_take(const CallOptions& options) {
  try {
    return take(options);
  } catch (const std::exception&) {
    return Error{Cause::internal};
  }
}

void Http2Connections::answer(Waiter& waiter, Result<CallPtr> with) {
  waiters_.erase(waiters_.iterator_to(waiter));
  waiter.answer.emplace(std::move(with));
}

/// Each may do what it likes when it is told, also end the pool.
void Http2Connections::serve_waiters() {
  const Watch watch{*this};
  while (!watch.gone && !waiters_.empty()) {
    Waiter& waiter = waiters_.front();
    auto call = try_take(waiter.options);
    if (call && !*call) return begin_connects();
    answer(waiter, std::move(call));
    waiter.patience.interrupt();
  }
}

void Http2Connections::answer_all(Error error, std::uint64_t who_came_until) {
  boost::intrusive::list<Waiter> told;
  const auto later = std::find_if(waiters_.begin(), waiters_.end(),
                                  [&](const Waiter& waiter) { return waiter.came > who_came_until; });
  told.splice(told.end(), waiters_, waiters_.begin(), later);
  for (Waiter& waiter : told) waiter.answer = error.failed() ? Result<CallPtr>{error} : Result<CallPtr>{CallPtr{}};
  while (!told.empty()) {
    Waiter& waiter = told.front();
    told.pop_front();
    waiter.patience.interrupt();
  }
}

// Connections.

/// One may fail at once, and those who waited for it end the pool.
void Http2Connections::begin_connects() {
  const Watch watch{*this};
  const std::size_t wanted = connects_wanted(waiters_.size(), attempts_.size(), expected_streams_);
  try {
    for (std::size_t i = 0; i < wanted && !watch.gone && !waiters_.empty(); ++i) open(waiters_.front().options);
  } catch (const std::exception&) {
    answer_all(Cause::internal);  // no memory for the coroutine
  }
}

base::Detached Http2Connections::open(CallOptions options) {
  Attempt attempt;
  attempts_.push_back(attempt);
  const std::uint64_t began = pool_.wheel().now();
  Error error = Error::none();
  bool http2 = true;
  try {
    auto stream = co_await pool_.connect_stream(options.connect, attempt.canceller, {}, Purpose::request);
    if (attempt.abandoned) co_return;
    if (!stream)
      error = stream.error();
    else if (http2 = is_http2(**stream); http2)
      error = co_await greet(attempt, std::move(*stream), options);
    else if (!either_)
      error = {Cause::upstream_tls_failed, "the backend does not agree on h2 (ALPN)"};
  } catch (const std::exception&) {
    error = Cause::internal;  // out of memory
  }
  if (attempt.abandoned) co_return;
  attempts_.erase(attempts_.iterator_to(attempt));
  if (!error.failed() && http2) co_return serve_waiters();
  if (error.failed()) co_return connect_failed(error, began);
  http1_since_ = pool_.wheel().now();
  answer_all(error);
}

/// An attempt that was given time fails those who had all of it; the others may have more luck with the next one. What
/// fails at once fails for all, unless another attempt is on its way.
void Http2Connections::connect_failed(Error error, std::uint64_t began) {
  if (error.cause != Cause::upstream_connect_timeout) {
    if (attempts_.empty()) answer_all(error);
    return;
  }
  const Watch watch{*this};
  answer_all(error, began);
  if (!watch.gone) begin_connects();
}

bool Http2Connections::is_http2(const net::Stream& stream) const {
  return !pool_.tls_.client || stream.application_protocol() == "h2";
}

base::Task<Error> Http2Connections::greet(Attempt& attempt, net::StreamPtr stream, const CallOptions& options) {
  const Http2Connection::Means means{pool_.loop_, pool_.buffers_, workspace_, callbacks_.get()};
  const std::string_view scheme = pool_.tls_.client ? "https" : "http";
  Http2Owner& owner = *this;
  const auto connection = std::make_shared<Http2Connection>(owner, means, std::move(stream), settings_, scheme);
  connection->keep_idle_for(pool_.rules_.idle_timeout);
  attempt.connection = connection;
  const std::uint32_t address_set = pool_.address_set_;
  const Error error = co_await connection->open(options.connect);
  if (attempt.abandoned || error.failed()) {
    connection->abandon();
    co_return error;
  }
  if (address_set != pool_.address_set_) connection->retire();
  expected_streams_ = connection->stream_limit();
  connections_.push_back(connection);
  pool_.count_idle();
  co_return error;
}

void Http2Connections::room_changed(Http2Connection& /*connection*/) {
  const Watch watch{*this};
  serve_waiters();
  if (watch.gone) return;
  trim();
  pool_.count_idle();
}

void Http2Connections::trim() {
  std::size_t idle_now = idle();
  for (auto each = connections_.rbegin(); each != connections_.rend() && idle_now > pool_.rules_.max_idle; ++each) {
    if (!(*each)->idle()) continue;
    (*each)->retire();
    --idle_now;
  }
}

void Http2Connections::ended(Http2Connection& connection) {
  std::erase_if(connections_, [&](const auto& each) { return each.get() == &connection; });
  pool_.count_idle();
}

}  // namespace headgate::upstream
