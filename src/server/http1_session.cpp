#include "server/session.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/coarse_time.hpp"
#include "exchange/exchange.hpp"
#include "http/error_page.hpp"
#include "server/http1_downstream.hpp"
#include "server/worker.hpp"

namespace headgate::server {
namespace {

using std::chrono::milliseconds;

/// How long an exchange may take before it is worth watching whether its client is still there.
constexpr milliseconds watch_after{100};
constexpr milliseconds watch_again_after{500};
/// A client that has just connected when a drain begins, and sends its request in good faith, gets so much time for it.
constexpr milliseconds first_request_in_drain{1'000};
constexpr std::size_t least_room = 1024;

}  // namespace

Session::Session(Worker& worker, net::StreamPtr stream, const Accepted& accepted)
    : worker_{worker},
      stream_{std::move(stream)},
      peer_{accepted.peer},
      peer_text_{peer_ ? peer_->to_text() : std::string{}},
      encrypted_{accepted.encrypted},
      watch_{worker.loop().wheel(), [](void* self) { static_cast<Session*>(self)->watch(); }, this},
      draining_{accepted.draining} {}

base::Detached Session::run() {
  try {
    if (!encrypted_ || co_await shake_hands()) co_await serve_all();
  } catch (const std::exception&) {
    // Out of memory or of epoll watches: this connection ends, the others go on.
    worker_.environment().log.count(Cause::internal);
    observe::LogRecord record;
    record.describe(Cause::internal);
    record.client = peer_text_;
    worker_.environment().log.failure(record);
  }
  worker_.end(*this);
}

base::Task<bool> Session::shake_hands() {
  const Error error = co_await stream_->handshake(worker_.snapshot()->plan->settings.timeouts.client_handshake);
  if (!error.failed()) co_return true;
  if (error.os_error == ECANCELED) co_return false;  // we closed it ourselves: a drain
  worker_.environment().log.count(error.cause);
  observe::LogRecord record;
  record.describe(error);
  record.client = peer_text_;
  worker_.environment().log.failure(record);
  co_return false;
}

base::Task<void> Session::serve_all() {
  for (bool more = true; more;) {
    state_ = State::idle;
    if (buffer_.empty() && (drained() || !co_await wait_for_bytes())) break;
    auto workspace = worker_.lend_workspace();
    state_ = State::reading_head;
    const HeadState head = co_await read_head(*workspace);
    state_ = head == HeadState::complete ? State::in_exchange : state_;
    more = head == HeadState::complete && co_await run_exchange(*workspace);
    worker_.take_back(std::move(workspace));
  }
  state_ = State::closing;
  if (unread_) co_await linger();
}

/// A request that came before its client could know of the drain is still answered.
bool Session::drained() { return draining_ && !fresh_ && stream_->look() != net::Stream::Peer::spoke; }

/// False: the client closed, or was idle for too long.
base::Task<bool> Session::wait_for_bytes() {
  const config::Timeouts& timeouts = worker_.snapshot()->plan->settings.timeouts;
  // A connection that was just opened owes us a head; one that has had its answer may rest.
  milliseconds limit = fresh_ ? timeouts.client_head : timeouts.client_idle;
  if (draining_) limit = std::min(limit, first_request_in_drain);
  buffer_.release();  // an idle connection holds none
  if (const int error = co_await stream_->readable(limit); error != 0) {
    if (error == ETIMEDOUT) log_silent_close(fresh_ ? Cause::client_head_timeout : Cause::client_idle_timeout);
    co_return false;
  }
  buffer_ = worker_.buffers().lend();
  const net::IoResult got = co_await stream_->read(buffer_.space(), limit);
  if (!got.ok()) co_return false;
  buffer_.commit(got.bytes);
  co_return true;
}

/// A connection that was opened ahead of need, or kept, and not used: no news, so only told at level debug.
void Session::log_silent_close(Cause cause) {
  observe::LogWriter& log = worker_.environment().log;
  if (!log.enabled(observe::Level::debug)) return;
  observe::LogRecord record;
  record.describe(cause);
  record.level = observe::Level::debug;
  record.client = peer_text_;
  log.failure(record);
}

/// Room for more of the head. True: the bytes have moved, and the parser begins anew. `head_bytes`: the parser's limit,
/// which a reload of the configuration meanwhile does not change.
bool Session::make_room(std::size_t head_bytes) {
  if (buffer_.space().size() >= least_room) return false;
  if (buffer_.size() + least_room <= buffer_.capacity())
    buffer_.compact();
  else
    buffer_ = worker_.buffers().grow(std::move(buffer_), head_bytes + base::BufferPool::small);
  parser_.reset();
  return true;
}

base::Task<Session::HeadState> Session::read_head(exchange::Workspace& workspace) {
  parser_ = http::RequestParser{worker_.snapshot()->plan->head_limits};
  workspace.request.clear();
  const auto status = parser_.parse(buffer_.view(), workspace.request);
  if (status != http::ParseStatus::complete) return read_rest_of_head(workspace, status);
  buffer_.skip(parser_.consumed());  // a head comes in one piece as a rule
  return base::Task<HeadState>::ready(HeadState::complete);
}

base::Task<Session::HeadState> Session::read_rest_of_head(exchange::Workspace& workspace, http::ParseStatus status) {
  const exchange::SnapshotPtr snapshot = worker_.snapshot();  // the one that the parser was made with
  const milliseconds limit = snapshot->plan->settings.timeouts.client_head;
  const std::uint64_t began = worker_.loop().wheel().now();
  const std::uint64_t began_ns = base::coarse_nanoseconds();
  for (;; status = parser_.parse(buffer_.view(), workspace.request)) {
    if (status == http::ParseStatus::complete) {
      buffer_.skip(parser_.consumed());
      co_return HeadState::complete;
    }
    if (status == http::ParseStatus::failed) {
      co_await refuse(workspace, parser_.error(), began_ns);
      co_return HeadState::failed;
    }
    // What the head's views point to has moved: they are made anew before anybody looks at them.
    if (make_room(snapshot->plan->settings.limits.head_bytes)) parser_.parse(buffer_.view(), workspace.request);
    const auto passed = static_cast<std::int64_t>(worker_.loop().wheel().now() - began) * net::DeadlineWheel::tick;
    net::IoResult got{0, ETIMEDOUT};  // bytes that trickle in must not put off the end
    if (passed < limit) got = co_await stream_->read(buffer_.space(), limit - passed);
    if (got.error == ETIMEDOUT && parser_.started()) {
      co_await refuse(workspace, Cause::client_head_timeout, began_ns);
      co_return HeadState::failed;
    }
    if (!got.ok()) co_return HeadState::closed;
    buffer_.commit(got.bytes);
  }
}

base::Task<bool> Session::run_exchange(exchange::Workspace& workspace) {
  const exchange::SnapshotPtr snapshot = worker_.snapshot();  // a reload meanwhile does not concern this request
  const config::Timeouts& timeouts = snapshot->plan->settings.timeouts;
  http::ClientInfo client;
  client.peer_ip = peer_text_;
  client.peer_trusted = snapshot->plan->trusted.trusts(peer_);
  client.ip = peer_text_;
  if (encrypted_) client.scheme = "https";
  if (client.peer_trusted) {
    const auto resolved = http::resolve_client(peer_, workspace.request.fields, snapshot->plan->trusted);
    workspace.client = resolved ? resolved->to_text() : std::string{};
    client.ip = workspace.client;
  }
  Http1Downstream downstream{
      {*stream_, buffer_, worker_.buffers(), timeouts.client_body_idle, timeouts.client_write_idle},
      workspace,
      client,
      !draining_,
      worker_.date()};
  running_ = &downstream;
  watch_.arm(watch_after);
  {
    exchange::Exchange exchange{worker_.environment(), *snapshot, downstream, workspace};
    co_await exchange.run();
  }
  watch_.disarm();
  running_ = nullptr;
  fresh_ = false;
  downstream.give_back_buffer();
  const bool more = downstream.may_continue();
  if (!more) unread_ = !downstream.aborted() && may_hold_unread(downstream, workspace.request);
  co_return more;
}

/// Whether closing now could meet bytes of the client, and so turn into a reset.
bool Session::may_hold_unread(const Http1Downstream& downstream, const RequestHead& request) {
  // More than leaves at once waits in the socket: a reset would take it from a client that sends meanwhile.
  constexpr std::uint64_t leaves_at_once = 14'600;
  if (!downstream.body_complete() || request.keep_alive) return true;  // it did not ask for the close: it may go on
  return !buffer_.empty() || downstream.bytes_sent() > leaves_at_once || stream_->look() == net::Stream::Peer::spoke;
}

/// A slow exchange is worth watching whether its client is still there. A reset ends it; the next request waits in the
/// socket, and a half-closed client still gets its answer, unless it still waits for an endpoint.
void Session::watch() {
  if (running_ == nullptr) return;
  if (!running_->body_complete()) return watch_.arm(watch_after);
  const net::Stream::Peer peer = stream_->look();
  const bool closed = peer == net::Stream::Peer::closed && running_->takes_close_for_gone();
  if (closed || peer == net::Stream::Peer::failed) return running_->report_gone(Cause::client_closed);
  watch_.arm(watch_again_after);
}

/// The head was parsed out of buffer_ just now, as far as it goes: its views are valid, and nothing is read before the
/// end.
base::Task<void> Session::refuse(exchange::Workspace& workspace, Error error, std::uint64_t began) {
  const auto id = worker_.environment().request_ids.next();
  const RequestHead& head = workspace.request;
  std::string_view target = head.target;
  if (error.cause == Cause::client_target_too_long) {  // of a target without an end, its beginning
    target = buffer_.view();
    target.remove_prefix(static_cast<std::size_t>(head.method_token.end() - target.begin()) + 1);
  }
  const exchange::RefusedHead refused{error, head, target, http::view(id), peer_text_, began};
  exchange::log_refused_head(worker_.environment().log, refused);

  http::ErrorPage page;
  page.status = error.info().status;
  page.request_id = http::view(id);
  page.date = worker_.date();
  const exchange::SnapshotPtr snapshot = worker_.snapshot();
  page.templates = &snapshot->plan->error_templates;
  workspace.out.clear();
  const std::size_t body = http::append_error_response(workspace.out, page);
  co_await stream_->write({workspace.out}, worker_.snapshot()->plan->settings.timeouts.client_write_idle);
  exchange::finish_refused_head(worker_.environment().log, *worker_.snapshot()->unrouted, refused, body);
  unread_ = true;
}

/// Half-closes and reads on for a while: closing with unread bytes would send a reset, and that could make the client
/// lose our last response (RFC 9112 s9.6).
base::Task<void> Session::linger() {
  stream_->shutdown_write();
  const milliseconds limit = worker_.snapshot()->plan->settings.timeouts.client_linger;
  const std::uint64_t began = worker_.loop().wheel().now();
  if (!buffer_.has_memory()) buffer_ = worker_.buffers().lend();
  for (;;) {
    const auto passed = static_cast<std::int64_t>(worker_.loop().wheel().now() - began) * net::DeadlineWheel::tick;
    if (passed >= limit) co_return;
    buffer_.clear();
    const net::IoResult got = co_await stream_->read(buffer_.space(), limit - passed);
    if (!got.ok()) co_return;
  }
}

void Session::drain() {
  draining_ = true;
  if (running_ != nullptr) running_->do_not_keep_alive();
  // A request that has come, though not been read, is still answered: its client could not know.
  if (state_ != State::idle || stream_->look() == net::Stream::Peer::spoke) return;
  if (fresh_)
    stream_->extend_read(first_request_in_drain);
  else
    stream_->cancel();
}

void Session::cut() {
  draining_ = true;
  bool ended = false;
  ended_ = &ended;
  if (running_ != nullptr) running_->report_gone(Cause::drain_timeout);
  if (ended) return;
  stream_->close();  // whoever waits for the client goes on, and may end the session
  if (!ended) ended_ = nullptr;
}

}  // namespace headgate::server
