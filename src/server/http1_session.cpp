#include "server/http1_session.hpp"

#include <algorithm>
#include <utility>

#include "base/coarse_time.hpp"
#include "exchange/exchange.hpp"
#include "http/error_page.hpp"
#include "server/connection.hpp"
#include "server/http1_downstream.hpp"
#include "server/worker.hpp"

namespace headgate::server {
namespace {

using std::chrono::milliseconds;

/// How long an exchange may take before it is worth watching whether its client is still there.
constexpr milliseconds watch_after{100};
constexpr milliseconds watch_again_after{500};
constexpr std::size_t least_room = 1024;

}  // namespace

Http1Session::Http1Session(Connection& connection)
    : connection_{connection},
      worker_{connection.worker()},
      stream_{connection.stream()},
      buffer_{connection.buffer()},
      watch_{worker_.loop().wheel(), [](void* self) { static_cast<Http1Session*>(self)->watch(); }, this} {}

base::Task<bool> Http1Session::serve() {
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
  co_return unread_;
}

/// A request that came before its client could know of the drain is still answered.
bool Http1Session::drained() { return connection_.draining() && !fresh_ && stream_.look() != net::Stream::Peer::spoke; }

/// False: the client closed, or was idle for too long.
base::Task<bool> Http1Session::wait_for_bytes() {
  const config::Timeouts& timeouts = worker_.snapshot()->plan->settings.timeouts;
  // A connection that was just opened owes us a head; one that has had its answer may rest.
  milliseconds limit = fresh_ ? timeouts.client_head : timeouts.client_idle;
  if (connection_.draining()) limit = std::min(limit, Connection::first_request_in_drain);
  buffer_.release();  // an idle connection holds none
  if (const int error = co_await stream_.readable(limit); error != 0) {
    if (error == ETIMEDOUT)
      connection_.tell_silent_close(fresh_ ? Cause::client_head_timeout : Cause::client_idle_timeout);
    co_return false;
  }
  buffer_ = worker_.buffers().lend();
  const net::IoResult got = co_await stream_.read(buffer_.space(), limit);
  if (!got.ok()) co_return false;
  buffer_.commit(got.bytes);
  co_return true;
}

/// Room for more of the head. True: the bytes have moved, and the parser begins anew. `head_bytes`: the parser's limit,
/// which a reload of the configuration meanwhile does not change.
bool Http1Session::make_room(std::size_t head_bytes) {
  if (buffer_.space().size() >= least_room) return false;
  if (buffer_.size() + least_room <= buffer_.capacity())
    buffer_.compact();
  else
    buffer_ = worker_.buffers().grow(std::move(buffer_), head_bytes + base::BufferPool::small);
  parser_.reset();
  return true;
}

base::Task<Http1Session::HeadState> Http1Session::read_head(exchange::Workspace& workspace) {
  parser_ = http::RequestParser{worker_.snapshot()->plan->head_limits};
  workspace.request.clear();
  const auto status = parser_.parse(buffer_.view(), workspace.request);
  if (status != http::ParseStatus::complete) return read_rest_of_head(workspace, status);
  buffer_.skip(parser_.consumed());  // a head comes in one piece as a rule
  return base::Task<HeadState>::ready(HeadState::complete);
}

base::Task<Http1Session::HeadState> Http1Session::read_rest_of_head(exchange::Workspace& workspace,
                                                                    http::ParseStatus status) {
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
    const milliseconds passed = worker_.loop().wheel().since(began);
    net::IoResult got{0, ETIMEDOUT};  // bytes that trickle in must not put off the end
    if (passed < limit) got = co_await stream_.read(buffer_.space(), limit - passed);
    if (got.error == ETIMEDOUT && parser_.started()) {
      co_await refuse(workspace, Cause::client_head_timeout, began_ns);
      co_return HeadState::failed;
    }
    if (!got.ok()) co_return HeadState::closed;
    buffer_.commit(got.bytes);
  }
}

base::Task<bool> Http1Session::run_exchange(exchange::Workspace& workspace) {
  const exchange::SnapshotPtr snapshot = worker_.snapshot();  // a reload meanwhile does not concern this request
  const http::ClientInfo client = connection_.client_info(*snapshot->plan, workspace);
  Http1Downstream downstream{{stream_, buffer_, worker_.buffers(), snapshot->plan->settings.timeouts.client_write_idle},
                             workspace,
                             client,
                             !connection_.draining(),
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
  if (!more)
    unread_ = !downstream.aborted() && !downstream.in_tunnel() && may_hold_unread(downstream, workspace.request);
  co_return more;
}

/// Whether closing now could meet bytes of the client, and so turn into a reset.
bool Http1Session::may_hold_unread(const Http1Downstream& downstream, const RequestHead& request) {
  // More than leaves at once waits in the socket: a reset would take it from a client that sends meanwhile.
  constexpr std::uint64_t leaves_at_once = 14'600;
  if (!downstream.body_complete() || request.keep_alive) return true;  // it did not ask for the close: it may go on
  return !buffer_.empty() || downstream.bytes_sent() > leaves_at_once || stream_.look() == net::Stream::Peer::spoke;
}

/// A slow exchange is worth watching whether its client is still there. A reset ends it; the next request waits in the
/// socket, and a half-closed client still gets its answer, unless it still waits for an endpoint.
void Http1Session::watch() {
  if (running_ == nullptr || running_->in_tunnel()) return;
  if (!running_->body_complete()) return watch_.arm(watch_after);
  const net::Stream::Peer peer = stream_.look();
  const bool closed = peer == net::Stream::Peer::closed && running_->takes_close_for_gone();
  if (closed || peer == net::Stream::Peer::failed) return running_->report_gone(Cause::client_closed);
  watch_.arm(watch_again_after);
}

/// The head was parsed out of buffer_ just now, as far as it goes: its views are valid, and nothing is read before the
/// end.
base::Task<void> Http1Session::refuse(exchange::Workspace& workspace, Error error, std::uint64_t began) {
  const auto id = worker_.environment().request_ids.next();
  const RequestHead& head = workspace.request;
  std::string_view target = head.target;
  if (error.cause == Cause::client_target_too_long) {  // of a target without an end, its beginning
    target = buffer_.view();
    target.remove_prefix(static_cast<std::size_t>(head.method_token.end() - target.begin()) + 1);
  }
  const exchange::RefusedHead refused{error, head, target, http::view(id), connection_.peer_text(), began};
  exchange::log_refused_head(worker_.environment().log, refused);

  http::ErrorPage page = http::page_of(error, head);
  page.request_id = http::view(id);
  page.date = worker_.date();
  const exchange::SnapshotPtr snapshot = worker_.snapshot();
  page.hsts = connection_.hsts(*snapshot->plan);
  page.templates = &snapshot->plan->error_templates;
  workspace.out.clear();
  const std::size_t body = http::append_error_response(workspace.out, page);
  co_await stream_.write({workspace.out}, worker_.snapshot()->plan->settings.timeouts.client_write_idle);
  exchange::finish_refused_head(worker_.environment().log, *worker_.snapshot()->unrouted, refused, body);
  unread_ = true;
}

void Http1Session::drain() {
  if (running_ != nullptr) running_->do_not_keep_alive();
  // A request that has come, though not been read, is still answered: its client could not know.
  if (state_ != State::idle || stream_.look() == net::Stream::Peer::spoke) return;
  if (fresh_)
    stream_.extend_read(Connection::first_request_in_drain);
  else
    stream_.cancel();
}

void Http1Session::lose_client(Cause cause) {
  if (running_ != nullptr) running_->report_gone(cause);
}

}  // namespace headgate::server
