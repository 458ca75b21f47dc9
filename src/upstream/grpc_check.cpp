#include "upstream/grpc_check.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "base/grpc_status.hpp"
#include "http/grpc_health.hpp"

namespace headgate::upstream {
namespace {

/// Of all that a backend sends to answer; a single small response is due.
constexpr std::size_t read_limit = 256 * 1024;
constexpr std::size_t message_limit = 200;  // characters of grpc-message that the log shows

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

int number_in(std::string_view text) {
  int number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : -1;
}

}  // namespace

struct GrpcCheck::Callbacks {
  static GrpcCheck& check(void* data) { return *static_cast<GrpcCheck*>(data); }

  static int on_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name, std::size_t name_size,
                       const std::uint8_t* value, std::size_t value_size, std::uint8_t, void* data) {
    check(data).note_field(text_of(name, name_size), text_of(value, value_size));
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t, const std::uint8_t* bytes, std::size_t size,
                     void* data) {
    std::string& body = check(data).body_;
    if (body.size() <= http::health_check_response_bytes) body += text_of(bytes, size);
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* data) {
    if (frame->hd.type == NGHTTP2_SETTINGS) check(data).greeted_ = true;
    return 0;
  }
  static int on_stream_close(nghttp2_session*, std::int32_t, std::uint32_t code, void* data) {
    check(data).stream_ended(code);
    return 0;
  }
  static ssize_t read_request(nghttp2_session*, std::int32_t, std::uint8_t* space, std::size_t most,
                              std::uint32_t* flags, nghttp2_data_source*, void* data) {
    GrpcCheck& self = check(data);
    const std::size_t bytes = std::min(most, self.request_.size() - self.sent_);
    std::memcpy(space, self.request_.data() + self.sent_, bytes);
    self.sent_ += bytes;
    if (self.sent_ == self.request_.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(bytes);
  }
};

GrpcCheck::GrpcCheck(const Call& call) : request_{http::health_check_request(call.service)} {
  nghttp2_session_callbacks* made = nullptr;
  if (nghttp2_session_callbacks_new(&made) != 0) throw std::bad_alloc{};
  nghttp2_session_callbacks_set_on_header_callback(made, Callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, Callbacks::on_data);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made, Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, Callbacks::on_stream_close);
  nghttp2_session* session = nullptr;
  const int error = nghttp2_session_client_new(&session, made, this);
  nghttp2_session_callbacks_del(made);
  if (error != 0) throw std::bad_alloc{};
  session_.reset(session);
  submit(call);
}

void GrpcCheck::submit(const Call& call) {
  const nghttp2_settings_entry settings[]{{NGHTTP2_SETTINGS_ENABLE_PUSH, 0}};
  nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, settings, std::size(settings));
  const std::string timeout = std::to_string(call.timeout.count()) + "m";
  const nghttp2_nv fields[]{field(":method", "POST"),
                            field(":scheme", call.scheme),
                            field(":authority", call.authority),
                            field(":path", http::health_check_path),
                            field("te", "trailers"),
                            field("grpc-timeout", timeout),
                            field("content-type", "application/grpc"),
                            field("user-agent", "headgate-probe")};
  nghttp2_data_provider body{};
  body.read_callback = Callbacks::read_request;
  if (nghttp2_submit_request(session_.get(), nullptr, fields, std::size(fields), &body, nullptr) < 0)
    throw std::bad_alloc{};
}

std::string GrpcCheck::take_output() {
  std::string out;
  const std::uint8_t* frames = nullptr;
  for (ssize_t size; (size = nghttp2_session_mem_send(session_.get(), &frames)) > 0;)
    out += text_of(frames, static_cast<std::size_t>(size));
  if (nghttp2_session_want_read(session_.get()) == 0) broke_off();  // its GOAWAY has just left
  return out;
}

void GrpcCheck::receive(std::string_view bytes) {
  read_ += bytes.size();
  if (read_ > read_limit) return finish("it sends no end of an answer");
  const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const ssize_t taken = nghttp2_session_mem_recv(session_.get(), begin, bytes.size());
  if (taken < 0) broke_off();
}

/// nghttp2 reads no further. An HTTP/2 server begins with SETTINGS (RFC 9113 s3.4).
void GrpcCheck::broke_off() { finish(greeted_ ? "it breaks the rules of HTTP/2" : "it does not speak HTTP/2"); }

void GrpcCheck::closed() { finish("it closed the connection before its answer"); }

void GrpcCheck::finish(std::string failure) {
  if (std::exchange(done_, true)) return;
  failure_ = std::move(failure);
}

void GrpcCheck::note_field(std::string_view name, std::string_view value) {
  if (name == ":status") http_status_ = static_cast<std::uint16_t>(number_in(value));
  if (name == "grpc-status") grpc_status_ = number_in(value);
  if (name == "grpc-message") grpc_message_ = value.substr(0, message_limit);
}

void GrpcCheck::stream_ended(std::uint32_t code) {
  if (code != NGHTTP2_NO_ERROR) return finish(std::string{"it reset the call: "} + nghttp2_http2_strerror(code));
  finish(judge());
}

/// What is wrong with an answer that is whole.
std::string GrpcCheck::judge() const {
  if (http_status_ != 200) return "status " + std::to_string(http_status_) + " is not expected";
  if (grpc_status_ < 0) return "there is no grpc-status: it does not speak gRPC";
  if (grpc_status_ != 0) {
    const bool known = grpc_status_ <= static_cast<int>(base::GrpcStatus::unauthenticated);
    std::string failure = "grpc-status " + std::to_string(grpc_status_);
    if (known) failure.append(" ").append(base::name_of(static_cast<base::GrpcStatus>(grpc_status_)));
    return grpc_message_.empty() ? failure : failure + ": " + grpc_message_;
  }
  const auto status = http::read_health_check_response(body_);
  if (!status) return "its answer is no HealthCheckResponse";
  if (*status != http::ServingStatus::serving) return "it says " + std::string{to_string(*status)};
  return {};
}

}  // namespace headgate::upstream
