#include "server/http2_stream.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "exchange/exchange.hpp"
#include "server/http2_session.hpp"
#include "server/worker.hpp"

namespace headgate::server {
namespace {

/// A small piece is taken over, so that whoever brings it need not wait until it is sent.
constexpr std::size_t kept_up_to = 4096;
/// Of a tunnel's bytes, taken over at a time: what one DATA frame carries.
constexpr std::size_t tunnel_portion = 16 * 1024;

}  // namespace

Http2Stream::Http2Stream(Http2Session& session, std::int32_t id)
    : session_{session},
      id_{id},
      workspace_{session.worker().lend_workspace()},
      body_{session, session.worker().buffers(), session.worker().loop().wheel(), http2::of_client},
      stall_{session.worker().loop().wheel(), [](void* self) { static_cast<Http2Stream*>(self)->waited_long(); },
             this} {}

Http2Stream::~Http2Stream() {
  if (workspace_) session_.worker().take_back(std::move(workspace_));
}

// The exchange.

void Http2Stream::accept(exchange::SnapshotPtr snapshot, bool ended) {
  snapshot_ = std::move(snapshot);
  client_ = session_.connection().client_info(*snapshot_->plan, *workspace_);
  body_.expect(id_, workspace_->request.body, ended);
}

void Http2Stream::begin() {
  begins_ = true;
  session_.queue(*this);
}

void Http2Stream::take_body(std::string_view data) {
  if (const Error error = body_.arrived(data); error.failed()) return spoil(error);
  session_.queue(*this);
}

/// Whoever ends a request short of its length once it has an answer only says that it stops (curl does): the request
/// goes to nobody as a whole one, and the answer to the client all the same.
void Http2Stream::end_body(std::string_view trailers) {
  const Error error = body_.ended(trailers);
  if (error.failed() && !answered_) return spoil(error);
  session_.queue(*this);
}

void Http2Stream::spoil(Error error) {
  lost_for_ = error;
  session_.reset(id_, NGHTTP2_PROTOCOL_ERROR);
  session_.queue(*this);
}

void Http2Stream::cannot_answer(Error error) {
  lost_for_ = error;
  give_up(NGHTTP2_INTERNAL_ERROR);
  if (!running_) session_.connection().tell(error);
  session_.queue(*this);
}

void Http2Stream::go_on() {
  const bool ended_well = response_ended_ && (!is_tunnel() || body_.ended());
  if (closed_ && !ended_well && !lost_for_.failed()) lost_for_ = Cause::client_closed;
  if (lost_for_.failed() && !lost_) return lose(lost_for_);
  if (std::exchange(begins_, false)) {
    running_ = true;
    run();
  }
  body_.wake();
  sent_.ring();
  if (!tunnel_) return;
  tunnel_->go_on();
  if (pending_.empty()) kept_ = {};  // a quiet tunnel holds nothing
}

base::Detached Http2Stream::run() {
  try {
    exchange::Exchange exchange{session_.worker().environment(), *snapshot_, *this, *workspace_};
    co_await exchange.run();
  } catch (const std::exception&) {
    session_.connection().tell(Cause::internal);  // out of memory: this request ends, the others go on
    abort();
  }
  session_.worker().take_back(std::move(workspace_));
  running_ = false;
  body_.abandon();
  if (tunnel_) leave_tunnel();
  session_.queue(*this);
}

void Http2Stream::lose(Error error) {
  lost_ = true;
  const bool left = error.cause == Cause::client_closed;
  if (std::exchange(begins_, false) && !left) tell_refusal(error, false, 0);
  drop_pending();
  // A tunnel finds out by itself, as it would from a connection that was reset.
  const bool finds_out = tunnel_ && left;
  if (gone_ != nullptr && !finds_out) gone_(gone_context_, error);
  body_.lose(Cause::client_closed);
  sent_.ring();
  if (tunnel_) tunnel_->go_on();
}

void Http2Stream::on_gone(Gone callback, void* context) {
  gone_ = callback;
  gone_context_ = context;
}

/// What is pending will not be sent.
void Http2Stream::drop_pending() {
  bytes_sent_ -= pending_.size();
  pending_ = {};
  stall_.disarm();
}

void Http2Stream::abort() { give_up(NGHTTP2_INTERNAL_ERROR); }

// The response.

base::Task<Error> Http2Stream::send_interim(const ResponseHead& head, const http::ForwardingPolicy& policy) {
  if (cannot_send()) return not_sent();
  workspace_->out.clear();
  http::write_interim_head(workspace_->out, head, &policy);
  session_.send_interim(id_, workspace_->out);
  return base::Task<Error>::ready(Error::none());
}

std::string_view Http2Stream::write_head(const ResponseHead& head, const exchange::ResponseExtras& extras) {
  http::ResponsePlan plan;
  if (head.body.kind == BodyKind::length) plan.body = head.body;  // else the stream's end is the body's
  plan.rules = extras.rules;
  plan.policy = extras.policy;
  plan.request_id = extras.request_id;
  plan.set_cookie = extras.set_cookie;
  plan.date = session_.worker().date();
  plan.hsts = client_.hsts;
  plan.head_request = workspace_->request.method == Method::head;
  std::string& out = workspace_->out;
  out.clear();
  http::write_response_head(out, head, plan);
  return out;
}

void Http2Stream::answer(std::string_view head, bool with_body) {
  answered_ = true;
  session_.send_response(*this, head, with_body);
}

base::Task<Error> Http2Stream::send_head(const ResponseHead& head, const exchange::ResponseExtras& extras,
                                         const http::BodyPiece& first) {
  if (cannot_send()) return not_sent();
  const bool empty = first.last && first.data.empty() && first.trailers.empty();
  answer(write_head(head, extras), head.body.kind != BodyKind::none && !empty);
  return head.body.kind == BodyKind::none || empty ? base::Task<Error>::ready(Error::none()) : send_body(first);
}

base::Task<Error> Http2Stream::send_body(const http::BodyPiece& piece) {
  if (cannot_send()) return not_sent();
  if (!pending_.empty() || piece.data.size() > kept_up_to) return send_when_taken(piece);
  kept_.assign(piece.data);
  offer(kept_, piece);
  return base::Task<Error>::ready(Error::none());
}

/// A large piece stays where it is until it has been sent: its place is only needed again for the next one.
base::Task<Error> Http2Stream::send_when_taken(http::BodyPiece piece) {
  while (!pending_.empty() && !cannot_send()) co_await sent_.wait();
  if (cannot_send()) co_return why_not_sent();
  offer(piece.data, piece);
  while (!pending_.empty() && !cannot_send()) co_await sent_.wait();
  co_return cannot_send() ? why_not_sent() : Error::none();
}

void Http2Stream::offer(std::string_view data, const http::BodyPiece& piece) {
  pending_ = data;
  bytes_sent_ += data.size();
  last_ = piece.last;
  trailers_.assign(piece.trailers);
  if (!data.empty() || last_) flow();
}

/// What is pending, or the end of the response, may leave. A tunnel has no trailers (RFC 9113 s8.5): its end waits for
/// window.
void Http2Stream::flow() {
  watch_progress();
  const bool only_ends = last_ && pending_.empty() && !closed_ && !tunnel_;
  if (std::exchange(deferred_, false))
    session_.resume(id_);
  else if (only_ends && session_.end_without_window(id_, trailers_))
    stall_.disarm();
}

/// The client has to take what is pending in time; that of a tunnel has a limit there.
void Http2Stream::watch_progress() {
  const bool limited_elsewhere = tunnel_ && running_;
  if (limited_elsewhere || closed_ || response_ended_ || (pending_.empty() && !last_)) return stall_.disarm();
  armed_at_ = session_.worker().loop().wheel().now();
  stall_.arm(snapshot_->plan->settings.timeouts.client_write_idle);
}

http2::Portion Http2Stream::next_portion(std::size_t most) {
  const std::size_t bytes = std::min(most, pending_.size());
  deferred_ = bytes == 0 && !last_;
  if (bytes == 0) stall_.disarm();
  return {bytes, last_ && bytes == pending_.size(), deferred_};
}

bool Http2Stream::take_portion(std::size_t bytes, std::vector<char>& out) {
  if (bytes > pending_.size()) return false;
  out.insert(out.end(), pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(bytes));
  pending_.remove_prefix(bytes);
  if (pending_.empty())
    stall_.disarm();
  else
    watch_progress();
  session_.queue(*this);
  return true;
}

/// Whoever was answered before the end of its request need not send the rest, which a reset tells (RFC 9113 s8.1). But
/// some clients, curl 7.88 for one, forget the response over it: they get time to take that, and to stop by themselves,
/// unless so many need it that others would find no stream free.
void Http2Stream::end_sent() {
  response_ended_ = true;
  stall_.disarm();
  if (body_.ended() || is_tunnel()) return;
  const bool tunnel_is_over = tunnel_ != nullptr;  // both of its ways have ended
  if (tunnel_is_over || session_.is_crowded()) return session_.reset(id_, NGHTTP2_NO_ERROR);
  stall_.arm(snapshot_->plan->settings.timeouts.client_linger);
}

/// The client gives no window for the stream, or takes nothing at all; else it only takes others first.
void Http2Stream::waited_long() {
  if (response_ended_) return give_up(NGHTTP2_NO_ERROR);
  if (session_.holds_up(id_, armed_at_)) return watch_progress();
  stalled_ = true;
  give_up(NGHTTP2_CANCEL);
  if (!running_) session_.connection().tell(Cause::client_write_timeout);
  session_.queue(*this);
}

// A tunnel.

base::Task<Result<net::TunnelEnd>> Http2Stream::begin_tunnel(const ResponseHead& head,
                                                             const exchange::ResponseExtras& extras) {
  using Opened = base::Task<Result<net::TunnelEnd>>;
  if (cannot_send()) return Opened::ready(why_not_sent());
  // RFC 9113 s8.5; RFC 8441 s5 for WebSockets.
  const auto reset_code = workspace_->request.method == Method::connect ? NGHTTP2_CONNECT_ERROR : NGHTTP2_CANCEL;
  body_.limit(0, {});  // the tunnel waits by itself
  tunnel_ = std::make_unique<Http2Tunnel>(*this, session_.worker().loop().wheel(), reset_code);
  answer(write_head(head, extras), true);
  return Opened::ready(net::TunnelEnd{tunnel_.get(), &tunnel_->received()});
}

std::size_t Http2Stream::take_over(std::span<const iovec> pieces) {
  if (!pending_.empty()) return 0;
  kept_.clear();
  for (const iovec& piece : pieces)
    kept_.append(static_cast<const char*>(piece.iov_base), std::min(piece.iov_len, tunnel_portion - kept_.size()));
  pending_ = kept_;
  bytes_sent_ += kept_.size();
  flow();
  return kept_.size();
}

void Http2Stream::end_response() {
  last_ = true;
  flow();
}

void Http2Stream::give_up(std::uint32_t code) {
  drop_pending();
  if (!closed_ && !std::exchange(reset_, true)) session_.reset(id_, code);
}

void Http2Stream::leave_tunnel() {
  tunnel_->close();
  watch_progress();
  if (response_ended_ && !body_.ended()) give_up(NGHTTP2_CANCEL);
}

}  // namespace headgate::server
