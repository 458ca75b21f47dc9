#include "net/proxy_header_reader.hpp"

#include <utility>

#include "net/proxy_header.hpp"

namespace headgate::net {
namespace {

using Source = std::optional<base::ConnectionSource>;

}  // namespace

base::Task<Result<Source>> take_proxy_header(Stream& stream, std::span<char> space, const DeadlineWheel& wheel,
                                             std::chrono::milliseconds limit) {
  const std::uint64_t began = wheel.now();
  std::size_t seen = 0;
  for (;;) {
    const auto left = limit - wheel.since(began);
    const int waited = left.count() <= 0 ? ETIMEDOUT : co_await stream.readable(left);
    if (waited == ETIMEDOUT) co_return Error{Cause::proxy_header_timeout};
    const IoResult got = waited != 0 ? IoResult{0, waited} : stream.peek(space, seen);
    if (got.error == EAGAIN) continue;
    if (got.end() && seen != 0) co_return Error{Cause::proxy_header_bad, "the connection ended in it"};
    if (!got.ok()) co_return Error{Cause::client_closed, "", got.error};
    seen = got.bytes;
    ParsedProxyHeader header = parse_proxy_header({space.data(), seen});
    switch (header.status) {
      case ParsedProxyHeader::Status::need_more:
        continue;
      case ParsedProxyHeader::Status::bad:
        co_return Error{Cause::proxy_header_bad, header.detail};
      case ParsedProxyHeader::Status::absent:
        stream.drop(0);
        co_return Source{};
      case ParsedProxyHeader::Status::complete:
        stream.drop(header.size);
        co_return Source{std::move(header.source)};
    }
  }
}

}  // namespace headgate::net
