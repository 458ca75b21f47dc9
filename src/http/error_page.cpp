#include "http/error_page.hpp"

#include "base/ascii.hpp"
#include "http/accept.hpp"
#include "http/field_names.hpp"
#include "http/grpc.hpp"
#include "http/request_id.hpp"

namespace headgate::http {
namespace {

std::string_view explain(std::uint16_t status) {
  switch (status) {
    case 400:
      return "The request is malformed.";
    case 404:
      return "Nothing is served at this address.";
    case 405:
      return "This address does not take the request's method.";
    case 408:
      return "The request did not arrive in time.";
    case 413:
      return "The request's content is too large.";
    case 414:
      return "The request's address is too long.";
    case 417:
      return "The request expects something that is not supported.";
    case 429:
      return "Too many requests; try again later.";
    case 431:
      return "The request's header fields are too large.";
    case 501:
      return "The request asks for something that is not supported.";
    case 502:
      return "The server behind this address did not give a valid response.";
    case 503:
      return "The service is not available right now; try again later.";
    case 504:
      return "The server behind this address did not respond in time.";
    case 505:
      return "The request's HTTP version is not supported.";
    default:
      return status < 500 ? "The request was refused." : "The request could not be completed.";
  }
}

std::string text_body(std::uint16_t status, std::string_view id) {
  std::string body = std::to_string(status);
  body.append(" ").append(reason_phrase(status)).append("\n").append(explain(status)).append("\n");
  if (!id.empty()) body.append("Request id: ").append(id).append("\n");
  return body;
}

std::string json_body(std::uint16_t status, std::string_view id) {
  std::string body = "{\"status\":" + std::to_string(status);
  body.append(",\"error\":\"").append(reason_phrase(status)).append("\",\"message\":\"");
  body.append(explain(status)).append("\"");
  if (!id.empty()) body.append(",\"request_id\":\"").append(id).append("\"");
  return body.append("}\n");
}

std::string html_body(std::uint16_t status, std::string_view id) {
  const std::string title = std::to_string(status) + " " + std::string(reason_phrase(status));
  std::string body = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>" + title;
  body.append("</title></head>\n<body>\n<h1>").append(title).append("</h1>\n<p>").append(explain(status));
  body.append("</p>\n");
  if (!id.empty()) body.append("<p>Request id: <code>").append(id).append("</code></p>\n");
  return body.append("</body>\n</html>\n");
}

std::string_view content_type_of(PageType type) {
  switch (type) {
    case PageType::html:
      return "text/html; charset=utf-8";
    case PageType::json:
      return "application/json";
    case PageType::text:
      break;
  }
  return "text/plain; charset=utf-8";
}

struct Page {
  std::string_view content_type;
  std::string body;
};

std::string make_body(const ErrorPage& page, PageType type, std::string_view id) {
  const std::string* own = page.templates == nullptr ? nullptr : page.templates->find(page.status, type);
  if (own != nullptr) return fill(*own, type, {page.status, reason_phrase(page.status), id});
  switch (type) {
    case PageType::html:
      return html_body(page.status, id);
    case PageType::json:
      return json_body(page.status, id);
    case PageType::text:
      break;
  }
  return text_body(page.status, id);
}

Page make_page(const ErrorPage& page, std::string_view id) {
  const PageType type = choose_page_type(page.accept);
  return {content_type_of(type), make_body(page, type, id)};
}

void append_line(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_status_line(std::string& out, std::uint16_t status) {
  out.append("HTTP/1.1 ").append(std::to_string(status)).append(" ").append(reason_phrase(status)).append("\r\n");
}

void append_persistence(std::string& out, bool keep_alive, std::uint8_t client_minor) {
  if (!keep_alive) {
    append_line(out, "Connection", "close");
  } else if (client_minor == 0) {
    append_line(out, "Connection", "keep-alive");
  }
}

/// What every one of them ends with.
void append_last_fields(std::string& out, const ErrorPage& page, std::string_view id) {
  if (!page.date.empty()) append_line(out, "Date", page.date);
  if (!id.empty()) append_line(out, "X-Request-Id", id);
  if (!page.hsts.empty()) append_line(out, strict_transport_security, page.hsts);
  append_persistence(out, !page.close, page.client_minor);
  out.append(page.extra_fields).append("\r\n");
}

/// "Trailers-Only": clients look for the status of a call behind its messages, or in a head that nothing follows.
void append_grpc_response(std::string& out, const ErrorPage& page, std::string_view id) {
  append_status_line(out, 200);
  append_line(out, "Content-Type", "application/grpc");
  append_line(out, "Content-Length", "0");
  append_grpc_trailers(out, *page.grpc, page.status, id);
  append_last_fields(out, page, id);
}

}  // namespace

void append_grpc_trailers(std::string& out, base::GrpcStatus grpc, std::uint16_t status, std::string_view request_id) {
  append_line(out, "Grpc-Status", std::to_string(static_cast<unsigned>(grpc)));
  out.append("Grpc-Message: ");
  append_grpc_message(out, explain(status));
  if (!request_id.empty()) append_grpc_message(out.append(" Request id: "), request_id);
  out.append("\r\n");
}

ErrorPage page_of(const Error& error, const RequestHead& request) {
  ErrorPage page;
  page.status = error.info().status;
  if (is_grpc(request)) page.grpc = grpc_status_of(error.info());
  return page;
}

std::size_t append_error_response(std::string& out, const ErrorPage& page) {
  // An id that was not checked could break out of the page.
  const std::string_view id = is_valid_request_id(page.request_id) ? page.request_id : std::string_view{};
  if (page.grpc) {
    append_grpc_response(out, page, id);
    return 0;
  }
  const auto [content_type, body] = make_page(page, id);
  append_status_line(out, page.status);
  append_line(out, "Content-Type", content_type);
  append_line(out, "Content-Length", std::to_string(body.size()));
  append_line(out, "Cache-Control", "no-store");
  append_last_fields(out, page, id);
  if (page.head_request) return 0;
  out.append(body);
  return body.size();
}

void append_simple_response(std::string& out, const SimpleResponse& response) {
  const auto put = [&](FieldId id, std::string_view name, std::string_view value) {
    const bool dropped = response.rules != nullptr && response.rules->drops(id, name);
    if (!value.empty() && !dropped && base::is_field_value(value)) append_line(out, name, value);
  };
  const bool bodiless = response.status < 200 || response.status == 204 || response.status == 304;
  append_status_line(out, response.status);
  if (!bodiless) {
    if (!response.body.empty()) put(FieldId::content_type, "Content-Type", response.content_type);
    append_line(out, "Content-Length", std::to_string(response.body.size()));
  }
  put(FieldId::location, "Location", response.location);
  put(FieldId::date, "Date", response.date);
  put(FieldId::x_request_id, "X-Request-Id", response.request_id);
  if (!response.hsts.empty()) append_line(out, strict_transport_security, response.hsts);
  append_persistence(out, response.keep_alive, response.client_minor);
  if (response.rules != nullptr) out.append(response.rules->lines());
  out.append("\r\n");
  if (!bodiless && !response.head_request) out.append(response.body);
}

}  // namespace headgate::http
