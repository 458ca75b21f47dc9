#include "http/websocket_handshake.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <span>
#include <stdexcept>
#include <vector>

#include "base/ascii.hpp"

namespace headgate::http {
namespace {

constexpr std::string_view accept_field = "sec-websocket-accept";
/// RFC 6455 s1.3.
constexpr std::string_view guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

std::string base64(std::span<const unsigned char> bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a zero byte
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string_view value_of(const Fields& fields, std::string_view name) {
  for (const Field& field : fields)
    if (base::iequals(field.name, name)) return field.value;
  return {};
}

}  // namespace

std::string make_websocket_key() {
  std::array<unsigned char, 16> nonce{};
  if (RAND_bytes(nonce.data(), nonce.size()) != 1) throw std::runtime_error{"no random bytes"};
  return base64(nonce);
}

std::string websocket_accept(std::string_view key) {
  const std::string text = std::string{key}.append(guid);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error{"SHA-1 is not available"};
  return base64(std::span{digest}.first(size));
}

bool answers_key(const RequestHead& request, const ResponseHead& response) {
  return value_of(response.fields, accept_field) == websocket_accept(value_of(request.fields, websocket_key_field));
}

void become_connect_response(ResponseHead& response) {
  response.status = 200;
  response.reason = "OK";
  std::erase_if(response.fields, [](const Field& field) {
    return field.hop_by_hop || field.id == FieldId::upgrade || base::iequals(field.name, accept_field);
  });
}

}  // namespace headgate::http
