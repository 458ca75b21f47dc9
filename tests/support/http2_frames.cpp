#include "support/http2_frames.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "http/http2_preface.hpp"

namespace headgate::testing {
namespace {

constexpr std::size_t head_bytes = 9;

std::uint8_t* bytes(const std::string& text) { return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data())); }

constexpr std::size_t default_table = 4096;  // RFC 9113 s6.5.2

}  // namespace

std::string number32(std::uint32_t value) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift & 0xffU);
  return out;
}

std::uint32_t read32(std::string_view text) {
  std::uint32_t value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8U | static_cast<unsigned char>(text.at(static_cast<std::size_t>(i)));
  return value;
}

std::string bytes_of(const Http2Frame& frame) {
  std::string out = number32(static_cast<std::uint32_t>(frame.payload.size())).substr(1);
  out += static_cast<char>(frame.type);
  out += static_cast<char>(frame.flags);
  return out + number32(static_cast<std::uint32_t>(frame.stream)) + frame.payload;
}

std::optional<Http2Frame> take_frame(std::string& text) {
  if (text.size() < head_bytes) return std::nullopt;
  const std::size_t size = read32(std::string(1, '\0') + text.substr(0, 3));
  if (text.size() < head_bytes + size) return std::nullopt;
  Http2Frame frame{static_cast<std::uint8_t>(text[3]), static_cast<std::uint8_t>(text[4]),
                   static_cast<std::int32_t>(read32(text.substr(5, 4)) & 0x7fffffffU), text.substr(head_bytes, size)};
  text.erase(0, head_bytes + size);
  return frame;
}

std::string settings_frame(std::initializer_list<std::pair<std::uint16_t, std::uint32_t>> entries) {
  std::string payload;
  for (const auto& [id, value] : entries) payload += number32(id).substr(2) + number32(value);
  return bytes_of({NGHTTP2_SETTINGS, 0, 0, payload});
}
std::optional<std::uint32_t> setting(std::string_view payload, std::uint16_t id) {
  constexpr std::size_t entry = 6;  // RFC 9113 s6.5.1
  for (; payload.size() >= entry; payload.remove_prefix(entry))
    if (read32(std::string(2, '\0') + std::string{payload.substr(0, 2)}) == id) return read32(payload.substr(2, 4));
  return std::nullopt;
}

std::string ping_frame(std::string_view opaque) { return bytes_of({NGHTTP2_PING, 0, 0, std::string{opaque}}); }
std::string reset_frame(std::int32_t stream, std::uint32_t code) {
  return bytes_of({NGHTTP2_RST_STREAM, 0, stream, number32(code)});
}
std::string window_frame(std::int32_t stream, std::uint32_t increment) {
  return bytes_of({NGHTTP2_WINDOW_UPDATE, 0, stream, number32(increment)});
}
std::string data_frame(std::int32_t stream, std::string_view data, bool last) {
  const std::uint8_t flags = last ? NGHTTP2_FLAG_END_STREAM : NGHTTP2_FLAG_NONE;
  return bytes_of({NGHTTP2_DATA, flags, stream, std::string{data}});
}

HpackEncoder::HpackEncoder() {
  nghttp2_hd_deflater* made = nullptr;
  if (nghttp2_hd_deflate_new(&made, default_table) != 0) throw std::bad_alloc{};
  deflater_.reset(made);
}

std::string HpackEncoder::encode(const FieldList& fields) {
  std::vector<nghttp2_nv> all;
  for (const auto& [name, value] : fields)
    all.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  std::string out(nghttp2_hd_deflate_bound(deflater_.get(), all.data(), all.size()), '\0');
  const ssize_t size = nghttp2_hd_deflate_hd(deflater_.get(), bytes(out), out.size(), all.data(), all.size());
  if (size < 0) throw std::runtime_error("HPACK");
  out.resize(static_cast<std::size_t>(size));
  return out;
}

void HpackEncoder::obey(std::string_view settings) {
  const auto size = setting(settings, NGHTTP2_SETTINGS_HEADER_TABLE_SIZE);
  if (size && *size < default_table) nghttp2_hd_deflate_change_table_size(deflater_.get(), *size);
}

HpackDecoder::HpackDecoder() {
  nghttp2_hd_inflater* made = nullptr;
  if (nghttp2_hd_inflate_new(&made) != 0) throw std::bad_alloc{};
  inflater_.reset(made);
}

FieldList HpackDecoder::decode(std::string_view block) {
  FieldList fields;
  const auto* at = reinterpret_cast<const std::uint8_t*>(block.data());
  const auto* const end = at + block.size();
  for (;;) {
    nghttp2_nv field{};
    int flags = 0;
    const ssize_t taken =
        nghttp2_hd_inflate_hd2(inflater_.get(), &field, &flags, at, static_cast<std::size_t>(end - at), 1);
    if (taken < 0) throw std::runtime_error("the peer's HPACK is broken");
    at += taken;
    if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0)
      fields.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                          std::string(reinterpret_cast<char*>(field.value), field.valuelen));
    if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) break;
  }
  nghttp2_hd_inflate_end_headers(inflater_.get());
  return fields;
}

FieldList http2_request(std::string_view method, std::string_view path, const FieldList& more) {
  FieldList fields{{":method", std::string{method}},
                   {":scheme", "http"},
                   {":path", std::string{path}},
                   {":authority", "test.example"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

std::string http2_requests(std::initializer_list<FieldList> requests) {
  HpackEncoder encoder;
  std::string out = std::string{http::http2_preface} + settings_frame();
  std::int32_t stream = 1;
  for (const FieldList& fields : requests) {
    out +=
        bytes_of({NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, stream, encoder.encode(fields)});
    stream += 2;
  }
  return out;
}

}  // namespace headgate::testing
