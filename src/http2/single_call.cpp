#include "http2/single_call.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

namespace headgate::http2 {
namespace {

constexpr std::size_t body_limit = 64 * 1024;
/// Decoded: a few bytes may stand for many (HPACK).
constexpr std::size_t fields_limit = 32 * 1024;
/// Of all that the peer sends to answer, bodies beyond the limit included.
constexpr std::size_t read_limit = 256 * 1024;

std::uint8_t* bytes_of(const std::string& text) {
  return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
}

}  // namespace

struct SingleCall::Callbacks {
  static SingleCall& call(void* data) { return *static_cast<SingleCall*>(data); }

  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* data) {
    call(data).note_field(text_of(name, name_size), text_of(value, value_size));
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* bytes, std::size_t size,
                     void* data) {
    SingleCall& self = call(data);
    self.body_ += text_of(bytes, std::min(size, body_limit - self.body_.size()));
    if (self.body_.size() == body_limit) self.finish({});
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    if (frame->hd.type == NGHTTP2_SETTINGS) call(data).greeted_ = true;
    return 0;
  }
  static int on_stream_close(nghttp2_session*, std::int32_t, std::uint32_t code, void* data) {
    const bool whole = code == NGHTTP2_NO_ERROR;
    call(data).finish(whole ? std::string{} : std::string{"it reset the call: "} + nghttp2_http2_strerror(code));
    return 0;
  }
  static ssize_t read_request(nghttp2_session*, std::int32_t, std::uint8_t* space, std::size_t most,
                              std::uint32_t* flags, nghttp2_data_source*, void* data) {
    SingleCall& self = call(data);
    const std::size_t bytes = std::min(most, self.request_.size() - self.sent_);
    std::memcpy(space, self.request_.data() + self.sent_, bytes);
    self.sent_ += bytes;
    if (self.sent_ == self.request_.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(bytes);
  }
};

SingleCall::SingleCall(const FieldList& fields, std::string body) : request_{std::move(body)} {
  const CallbacksPtr callbacks = make_callbacks();
  nghttp2_session_callbacks_set_on_header_callback(callbacks.get(), Callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks.get(), Callbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks.get(), Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks.get(), Callbacks::on_stream_close);
  const OptionPtr option = make_option();
  nghttp2_option_set_no_rfc9113_leading_and_trailing_ws_validation(option.get(), 1);  // Node sends it
  nghttp2_session* made = nullptr;
  if (nghttp2_session_client_new2(&made, callbacks.get(), this, option.get()) != 0) throw std::bad_alloc{};
  session_.reset(made);
  const nghttp2_settings_entry settings[]{{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  nghttp2_submit_settings(made, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  std::vector<nghttp2_nv> list;
  for (const auto& [name, value] : fields)
    list.push_back({bytes_of(name), bytes_of(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  nghttp2_data_provider provider{};
  provider.read_callback = Callbacks::read_request;
  if (nghttp2_submit_request(made, nullptr, list.data(), list.size(), request_.empty() ? nullptr : &provider, nullptr) <
      0)
    throw std::bad_alloc{};
}

std::string SingleCall::take_output() {
  std::string out;
  const std::uint8_t* frames = nullptr;
  for (ssize_t size; (size = nghttp2_session_mem_send(session_.get(), &frames)) > 0;)
    out += text_of(frames, static_cast<std::size_t>(size));
  if (nghttp2_session_want_read(session_.get()) == 0) broke_off();  // its GOAWAY has just left
  return out;
}

void SingleCall::receive(std::string_view bytes) {
  read_ += bytes.size();
  const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const ssize_t taken = nghttp2_session_mem_recv(session_.get(), begin, bytes.size());
  if (taken < 0) broke_off();
  if (read_ > read_limit) finish("it sends no end of an answer");
}

/// nghttp2 reads no further. An HTTP/2 server begins with SETTINGS (RFC 9113 s3.4).
void SingleCall::broke_off() { finish(greeted_ ? "it breaks the rules of HTTP/2" : "it does not speak HTTP/2"); }

void SingleCall::finish(std::string failure) {
  if (std::exchange(done_, true)) return;
  failure_ = std::move(failure);
}

void SingleCall::note_field(std::string_view name, std::string_view value) {
  if (name != ":status") {
    fields_bytes_ += name.size() + value.size();
    if (fields_bytes_ <= fields_limit) fields_.emplace_back(name, value);
    return;
  }
  status_ = 0;  // of an interim response before
  fields_.clear();
  for (const char digit : value) status_ = static_cast<std::uint16_t>(status_ * 10 + (digit - '0'));
}

}  // namespace headgate::http2
