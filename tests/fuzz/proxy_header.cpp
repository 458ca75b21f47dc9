// No bytes crash the parser; it never asks for more than its bound, never reads behind the header, and says the same of
// the bytes whatever follows them.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "net/proxy_header.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace headgate::net;
  using Status = ParsedProxyHeader::Status;
  const std::string bytes{reinterpret_cast<const char*>(data), size};

  const ParsedProxyHeader header = parse_proxy_header(bytes);

  if (header.status == Status::need_more && bytes.size() >= most_proxy_header_bytes) std::abort();
  if (header.status == Status::bad && *header.detail == '\0') std::abort();
  if (header.status != Status::complete) return 0;
  if (header.size > bytes.size() || header.size > most_proxy_header_bytes) std::abort();
  const ParsedProxyHeader alone = parse_proxy_header(std::string_view{bytes}.substr(0, header.size));
  const ParsedProxyHeader cut = parse_proxy_header(std::string_view{bytes}.substr(0, header.size - 1));
  if (alone.status != Status::complete || alone.size != header.size || cut.status != Status::need_more) std::abort();
  if (alone.source.address != header.source.address || alone.source.unique_id != header.source.unique_id) std::abort();
  if (!header.source.address) return 0;
  const ParsedProxyHeader again =
      parse_proxy_header(write_proxy_header(headgate::base::ProxyVersion::v2, header.source));
  if (again.source.address != header.source.address || again.source.port != header.source.port) std::abort();
  return 0;
}
