#include "server/http1_downstream.hpp"

#include <algorithm>
#include <utility>

#include "http/body_encoder.hpp"

namespace headgate::server {
namespace {

/// A small body is copied behind its head: one buffer is cheaper to send than a vector of two.
constexpr std::size_t copied_up_to = 4096;
constexpr std::size_t trailer_bytes = 8 * 1024;

}  // namespace

Http1Downstream::Http1Downstream(ClientConnection connection, exchange::Workspace& workspace,
                                 const http::ClientInfo& client, bool keep_alive, const std::string& date)
    : connection_{connection},
      workspace_{workspace},
      client_{client},
      date_{date},
      keep_alive_{keep_alive && workspace.request.keep_alive} {}

void Http1Downstream::start_body(const exchange::BodyLimits& limits) {
  if (no_body()) return;
  body_started_ = true;
  body_idle_ = limits.idle;
  decoder_.start(workspace_.request.body, Origin::client, limits.max_bytes, trailer_bytes);
  bulky_ = workspace_.request.body.length > base::BufferPool::small;
}

http::BodyPiece Http1Downstream::decode(base::Buffer& buffer) {
  const auto step = decoder_.next(buffer.view());
  buffer.skip(step.consumed);
  bytes_received_ += step.data.size();
  http::BodyPiece piece{step.data, {}, decoder_.done()};
  if (step.kind == http::BodyDecoder::Step::Kind::failed) piece.error = step.error;
  if (piece.last) piece.trailers = decoder_.trailer_lines();
  return piece;
}

http::BodyPiece Http1Downstream::read_buffered() {
  if (body_complete()) return {{}, {}, true};
  for (base::Buffer* buffer : {&connection_.buffer, &body_buffer_}) {
    while (!buffer->empty()) {
      const http::BodyPiece piece = decode(*buffer);
      if (!piece.data.empty() || piece.last || piece.error.failed()) return piece;
    }
  }
  return {};
}

base::Task<http::BodyPiece> Http1Downstream::read() {
  for (;;) {
    http::BodyPiece piece = read_buffered();
    if (!piece.data.empty() || piece.last || piece.error.failed()) co_return piece;
    // The connection's block still holds the head, so the body gets one of its own.
    // It goes back to the pool while nothing is there to read, as Connection::read() does.
    body_buffer_.clear();
    net::IoResult got;
    if (!connection_.stream.may_read()) {
      body_buffer_.release();
      got.error = co_await connection_.stream.readable(body_idle_);
    }
    connection_.buffers.provide_for_body(body_buffer_, bulky_);
    const std::size_t room = body_buffer_.space().size();
    if (got.error == 0) got = co_await connection_.stream.read(body_buffer_.space(), body_idle_);
    if (!got.ok()) {
      if (got.end())
        piece.error = decoder_.at_eof().error;
      else
        piece.error = Error{got.error == ETIMEDOUT ? Cause::client_body_timeout : Cause::client_closed, "", got.error};
      co_return piece;
    }
    body_buffer_.commit(got.bytes);
    bulky_ = got.bytes == room;
  }
}

void Http1Downstream::give_back_buffer() {
  if (!body_buffer_.empty()) connection_.buffer = std::move(body_buffer_);
}

/// After a failed write nobody knows how much of the response has gone: nothing may follow it.
Error Http1Downstream::written(int error) {
  if (error == 0) return Error::none();
  aborted_ = true;
  return Error{error == ETIMEDOUT ? Cause::client_write_timeout : Cause::client_closed, "", error};
}

base::Task<Error> Http1Downstream::finish_write(base::Task<int> rest) { co_return written(co_await std::move(rest)); }

/// `last`: of this response. If the connection closes behind it, the client gets both in one packet.
base::Task<Error> Http1Downstream::write(const net::Pieces& pieces, bool last) {
  if (last && !keep_alive_ && body_complete()) connection_.stream.end_follows();
  auto rest = connection_.stream.write(pieces, connection_.write_idle);
  if (rest.is_ready()) return base::Task<Error>::ready(written(rest.ready_value()));
  return finish_write(std::move(rest));
}

base::Task<Error> Http1Downstream::send_interim(const ResponseHead& head, const http::ForwardingPolicy& policy) {
  workspace_.out.clear();
  http::write_interim_head(workspace_.out, head, &policy);
  return write({workspace_.out}, false);
}

/// Fills pieces[from..] with the framed piece; `tail` is memory for what stands behind it.
void Http1Downstream::frame(net::Pieces& pieces, std::size_t from, const http::BodyPiece& piece, std::string& tail) {
  bytes_sent_ += piece.data.size();
  if (sending_ != BodyKind::chunked) {
    if (sending_ != BodyKind::none) pieces[from] = piece.data;
    return;
  }
  tail.clear();
  if (!piece.data.empty()) {
    const http::ChunkSizeLine line{piece.data.size()};
    const std::string_view text = line.view();
    std::copy(text.begin(), text.end(), size_line_);
    pieces[from] = {size_line_, text.size()};
    pieces[from + 1] = piece.data;
    tail.append(http::chunk_end);
  }
  if (piece.last) http::append_last_chunk(tail, piece.trailers);
  pieces[from + 2] = tail;
}

http::ResponsePlan Http1Downstream::plan_response(const exchange::ResponseExtras& extras) const {
  http::ResponsePlan plan;
  plan.client_minor = workspace_.request.minor_version;
  plan.keep_alive = keep_alive_;
  plan.rules = extras.rules;
  plan.policy = extras.policy;
  plan.request_id = extras.request_id;
  plan.set_cookie = extras.set_cookie;
  plan.date = date_;
  plan.hsts = client_.hsts;
  plan.head_request = workspace_.request.method == Method::head;
  return plan;
}

base::Task<Error> Http1Downstream::send_head(const ResponseHead& head, const exchange::ResponseExtras& extras,
                                             const http::BodyPiece& first) {
  const std::uint8_t minor = workspace_.request.minor_version;
  BodyFraming body = head.body;
  if (body.kind == BodyKind::chunked || body.kind == BodyKind::until_close)
    body.kind = minor == 0 ? BodyKind::until_close : BodyKind::chunked;
  // Whoever answers a request before its end will not read the rest: the connection closes (RFC 9112 s9.6).
  if (body.kind == BodyKind::until_close || (first.last && !body_complete())) keep_alive_ = false;
  sending_ = body.kind;

  http::ResponsePlan plan = plan_response(extras);
  plan.body = body;
  std::string& out = workspace_.out;
  out.clear();
  http::write_response_head(out, head, plan);
  net::Pieces pieces{};
  if (body.kind == BodyKind::length && first.data.size() <= copied_up_to) {
    out.append(first.data);
    bytes_sent_ += first.data.size();
  } else {
    frame(pieces, 1, first, tail_);
  }
  pieces[0] = out;
  return write(pieces, first.last);
}

base::Task<Error> Http1Downstream::send_body(const http::BodyPiece& piece) {
  net::Pieces pieces{};
  frame(pieces, 0, piece, tail_);
  return write(pieces, piece.last);
}

base::Task<Result<net::TunnelEnd>> Http1Downstream::begin_tunnel(const ResponseHead& head,
                                                                 const exchange::ResponseExtras& extras) {
  in_tunnel_ = true;
  http::ResponsePlan plan = plan_response(extras);
  plan.keep_alive = true;  // a drain that has begun does not concern it
  workspace_.out.clear();
  http::write_response_head(workspace_.out, head, plan);
  const net::Pieces pieces{workspace_.out};
  const Error error = co_await write(pieces, false);
  if (error.failed()) co_return error;
  give_back_buffer();
  co_return net::TunnelEnd{&connection_.stream, &connection_.buffer};
}

void Http1Downstream::discard_buffered_body() {
  if (!body_started_) start_body({});
  while (!body_complete()) {
    const http::BodyPiece piece = read_buffered();
    if (piece.error.failed() || (piece.data.empty() && !piece.last)) return;
  }
}

base::Task<Error> Http1Downstream::send_error(http::ErrorPage page) {
  discard_buffered_body();
  page.client_minor = workspace_.request.minor_version;
  page.head_request = workspace_.request.method == Method::head;
  page.date = date_;
  page.hsts = client_.hsts;
  page.close = page.close || !keep_alive_ || !body_complete();
  keep_alive_ = !page.close;
  workspace_.out.clear();
  bytes_sent_ += http::append_error_response(workspace_.out, page);
  return write({workspace_.out}, true);
}

base::Task<Error> Http1Downstream::send_simple(http::SimpleResponse response) {
  discard_buffered_body();
  response.client_minor = workspace_.request.minor_version;
  response.head_request = workspace_.request.method == Method::head;
  response.date = date_;
  response.hsts = client_.hsts;
  response.keep_alive = keep_alive_ && body_complete();
  keep_alive_ = response.keep_alive;
  if (!response.head_request) bytes_sent_ += response.body.size();
  workspace_.out.clear();
  http::append_simple_response(workspace_.out, response);
  return write({workspace_.out}, true);
}

void Http1Downstream::abort() {
  aborted_ = true;
  if (sending_ == BodyKind::until_close)
    connection_.stream.reset();
  else
    connection_.stream.close();
}

void Http1Downstream::on_gone(Gone callback, void* context) {
  gone_ = callback;
  gone_context_ = context;
}

void Http1Downstream::report_gone(Cause cause) {
  if (gone_ != nullptr) gone_(gone_context_, cause);
}

}  // namespace headgate::server
