#include "net/ocsp_fetch.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>
#include <vector>

namespace headgate::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Protocol = asio::generic::stream_protocol;

/// A response has a signature, and may have the certificate of its signer: 2 KiB are usual.
constexpr std::size_t most_bytes = 64 * 1024;
constexpr std::size_t most_head_bytes = 16 * 1024;

std::vector<Protocol::endpoint> endpoints_of(const FoundAddresses& found, std::uint16_t port) {
  std::vector<Protocol::endpoint> endpoints;
  for (const SocketAddress& address : found.addresses) {
    const SocketAddress with_port = address.with_port(port);
    endpoints.emplace_back(with_port.data(), with_port.size());
  }
  return endpoints;
}

}  // namespace

struct OcspFetch::Talk {
  explicit Talk(asio::io_context& context) : socket{context} {
    parser.header_limit(most_head_bytes);
    parser.body_limit(most_bytes);
  }
  void close() {
    error_code ignored;
    socket.close(ignored);
  }

  Protocol::socket socket;
  std::vector<Protocol::endpoint> endpoints;
  http::request<http::string_body> request;
  boost::beast::flat_buffer buffer{most_head_bytes + most_bytes};
  http::response_parser<http::string_body> parser;
  bool over = false;  ///< nobody is to be told any more
};

OcspFetch::OcspFetch(asio::io_context& context, const base::OcspQuestion& question, const DnsOptions& dns,
                     std::chrono::milliseconds limit, Told told)
    : question_{question},
      told_{std::move(told)},
      talk_{std::make_shared<Talk>(context)},
      deadline_{context},
      lookup_{context, make_dns_lookup(dns), question.responder(),
              [this](const Result<FoundAddresses>& found) { connect(found); }} {
  deadline_.after(limit, [this] { end({}, "no answer within timeouts.ocsp_fetch"); });
}

OcspFetch::~OcspFetch() {
  talk_->over = true;
  talk_->close();
}

void OcspFetch::connect(const Result<FoundAddresses>& found) {
  if (talk_->over) return;
  if (!found) return end({}, "the responder's name " + question_.responder().host + " cannot be resolved");
  talk_->endpoints = endpoints_of(*found, question_.responder().port);
  asio::async_connect(talk_->socket, talk_->endpoints,
                      [this, talk = talk_](const error_code& error, const Protocol::endpoint& /*peer*/) {
                        if (!talk->over && !failed(error)) send();
                      });
}

void OcspFetch::send() {
  auto& request = talk_->request;
  request.method(http::verb::post);
  request.target(question_.target());
  request.set(http::field::host, to_string(question_.responder()));
  request.set(http::field::user_agent, "headgate");
  request.set(http::field::content_type, "application/ocsp-request");
  request.set(http::field::connection, "close");
  request.body() = question_.der();
  request.prepare_payload();
  http::async_write(talk_->socket, request, [this, talk = talk_](const error_code& error, std::size_t /*size*/) {
    if (!talk->over && !failed(error)) receive();
  });
}

void OcspFetch::receive() {
  http::async_read(talk_->socket, talk_->buffer, talk_->parser,
                   [this, talk = talk_](const error_code& error, std::size_t /*size*/) {
                     if (!talk->over && !failed(error)) take_answer();
                   });
}

/// A redirect is not followed: only the certificate says who is asked.
void OcspFetch::take_answer() {
  auto& response = talk_->parser.get();
  if (response.result() != http::status::ok) return end({}, "status " + std::to_string(response.result_int()));
  end(std::move(response.body()), {});
}

bool OcspFetch::failed(const error_code& error) {
  if (!error) return false;
  end({}, to_string(question_.responder()) + ": " + error.message());
  return true;
}

void OcspFetch::end(std::string der, const std::string& problem) {
  if (talk_->over) return;
  talk_->over = true;
  talk_->close();
  deadline_.cancel();
  const Told told = std::move(told_);  // it may end this object
  told(std::move(der), problem);
}

}  // namespace headgate::net
