#include "server/http2_stream.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "base/coarse_time.hpp"
#include "exchange/exchange.hpp"
#include "http/http2_fields.hpp"
#include "server/http2_session.hpp"
#include "server/worker.hpp"

namespace headgate::server {
namespace {

/// A small piece is taken over, so that whoever brings it need not wait until it is sent.
constexpr std::size_t kept_up_to = 4096;

}  // namespace

Http2Stream::Http2Stream(Http2Session& session, std::int32_t id)
    : session_{session},
      id_{id},
      workspace_{session.worker().lend_workspace()},
      body_{session, session.worker().buffers(), session.worker().loop().wheel(), http2::of_client},
      stall_{session.worker().loop().wheel(), [](void* self) { static_cast<Http2Stream*>(self)->stalled(); }, this} {}

Http2Stream::~Http2Stream() {
  if (workspace_) session_.worker().take_back(std::move(workspace_));
}

// The exchange.

void Http2Stream::accept(exchange::SnapshotPtr snapshot, bool ended) {
  snapshot_ = std::move(snapshot);
  client_ = session_.connection().client_info(*snapshot_->plan, *workspace_);
  body_.expect(id_, workspace_->request.body, ended, snapshot_->plan->settings.timeouts.client_body_idle);
}

void Http2Stream::begin() {
  begins_ = true;
  session_.queue(*this);
}

void Http2Stream::take_body(std::string_view data) {
  if (const Error error = body_.arrived(data); error.failed()) return spoil(error);
  session_.queue(*this);
}

void Http2Stream::end_body() {
  if (const Error error = body_.ended({}); error.failed()) return spoil(error);
  session_.queue(*this);
}

void Http2Stream::spoil(Error error) {
  lost_for_ = error.cause;
  session_.reset(id_, NGHTTP2_PROTOCOL_ERROR);
  session_.queue(*this);
}

void Http2Stream::go_on() {
  if (closed_ && !response_ended_ && lost_for_ == Cause::none) lost_for_ = Cause::client_closed;
  if (lost_for_ != Cause::none && !lost_) return lose(lost_for_);
  if (std::exchange(begins_, false)) {
    running_ = true;
    run();
  }
  body_.wake();
  sent_.ring();
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
  session_.queue(*this);
}

void Http2Stream::lose(Cause cause) {
  lost_ = true;
  if (std::exchange(begins_, false) && cause != Cause::client_closed) tell_refusal(cause, false, 0);
  drop_pending();
  if (gone_ != nullptr) gone_(gone_context_, cause);
  body_.lose(Cause::client_closed);
  sent_.ring();
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

void Http2Stream::abort() {
  drop_pending();
  if (!closed_) session_.reset(id_, NGHTTP2_INTERNAL_ERROR);
}

// The response.

base::Task<Error> Http2Stream::send_interim(const ResponseHead& head, const http::ForwardingPolicy& policy) {
  if (cannot_send()) return not_sent();
  workspace_->out.clear();
  http::write_interim_head(workspace_->out, head, &policy);
  session_.send_interim(id_, workspace_->out);
  return base::Task<Error>::ready(Error::none());
}

base::Task<Error> Http2Stream::send_head(const ResponseHead& head, const exchange::ResponseExtras& extras,
                                         const http::BodyPiece& first) {
  if (cannot_send()) return not_sent();
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
  const bool empty = first.last && first.data.empty() && first.trailers.empty();
  session_.send_response(*this, out, head.body.kind != BodyKind::none && !empty);
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
  if (data.empty() && !last_) return;
  stall_.arm(snapshot_->plan->settings.timeouts.client_write_idle);
  if (std::exchange(deferred_, false)) session_.resume(id_);
}

Http2Stream::Portion Http2Stream::next_portion(std::size_t most) {
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
    stall_.arm(snapshot_->plan->settings.timeouts.client_write_idle);
  session_.queue(*this);
  return true;
}

/// The client gives no window for the stream, or takes nothing at all.
void Http2Stream::stalled() {
  stalled_ = true;
  drop_pending();
  session_.reset(id_, NGHTTP2_CANCEL);
  if (!running_) session_.connection().tell(Cause::client_write_timeout);
  session_.queue(*this);
}

// Responses of our own.

void Http2Stream::respond_whole(const std::string& text) {
  const std::size_t body_at = text.find("\r\n\r\n") + 4;
  session_.send_response(*this, text, body_at != text.size());
  if (body_at == text.size()) return;
  kept_.assign(text, body_at);
  offer(kept_, {kept_, {}, true});
}

base::Task<Error> Http2Stream::send_error(http::ErrorPage page) {
  if (cannot_send()) return not_sent();
  page.head_request = workspace_->request.method == Method::head;
  page.date = session_.worker().date();
  page.hsts = client_.hsts;
  page.close = false;
  workspace_->out.clear();
  http::append_error_response(workspace_->out, page);
  respond_whole(workspace_->out);
  return base::Task<Error>::ready(Error::none());
}

base::Task<Error> Http2Stream::send_simple(http::SimpleResponse response) {
  if (cannot_send()) return not_sent();
  response.head_request = workspace_->request.method == Method::head;
  response.date = session_.worker().date();
  response.hsts = client_.hsts;
  workspace_->out.clear();
  http::append_simple_response(workspace_->out, response);
  respond_whole(workspace_->out);
  return base::Task<Error>::ready(Error::none());
}

void Http2Stream::refuse(Error error, bool answer) {
  body_.abandon();
  if (!answer) {
    tell_refusal(error, false, 0);
    return session_.reset(id_, NGHTTP2_PROTOCOL_ERROR);
  }
  const auto id = session_.worker().environment().request_ids.next();
  tell_refusal(error, true, send_refusal(error, http::view(id)), http::view(id));
}

/// Of a request that becomes no exchange.
void Http2Stream::tell_refusal(Error error, bool answered, std::size_t bytes, std::string_view request_id) {
  const RequestHead& head = workspace_->request;
  const exchange::RefusedHead refused{
      error, head, head.target, request_id, session_.connection().peer_text(), base::coarse_nanoseconds(), answered};
  observe::LogWriter& log = session_.worker().environment().log;
  exchange::log_refused_head(log, refused);
  exchange::finish_refused_head(log, *snapshot_->unrouted, refused, bytes);
}

/// Returns the bytes of its body.
std::size_t Http2Stream::send_refusal(Error error, std::string_view request_id) {
  http::ErrorPage page;
  page.status = error.info().status;
  page.request_id = request_id;
  page.head_request = workspace_->request.method == Method::head;
  page.date = session_.worker().date();
  page.hsts = client_.hsts;
  page.close = false;
  page.templates = &snapshot_->plan->error_templates;
  workspace_->out.clear();
  const std::size_t body = http::append_error_response(workspace_->out, page);
  respond_whole(workspace_->out);
  return body;
}

}  // namespace headgate::server
