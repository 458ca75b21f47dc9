// Http2Stream: responses of our own.
#include <string>

#include "base/coarse_time.hpp"
#include "exchange/exchange_log.hpp"
#include "server/http2_session.hpp"
#include "server/http2_stream.hpp"
#include "server/worker.hpp"

namespace headgate::server {

void Http2Stream::respond_whole(const std::string& text) {
  const std::size_t body_at = text.find("\r\n\r\n") + 4;
  answer(text, body_at != text.size());
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
  http::ErrorPage page = http::page_of(error, workspace_->request);
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
