#include "http/grpc_health.hpp"

#include <array>

namespace headgate::http {
namespace {

constexpr std::size_t frame_bytes = 5;
/// "string service = 1": field number and wire type (LEN).
constexpr char service_tag = 0x0a;
constexpr std::uint64_t status_field = 1;

void append_varint(std::string& out, std::size_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>(value | 0x80U);
  out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& in) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if (byte < 0x80) return value;
  }
  return std::nullopt;
}

bool skip(std::string_view& in, std::uint64_t bytes) {
  if (bytes > in.size()) return false;
  in.remove_prefix(bytes);
  return true;
}

/// The value of a field that is none of ours.
bool skip_value(std::string_view& in, std::uint64_t wire_type) {
  switch (wire_type) {
    case 0:
      return take_varint(in).has_value();
    case 1:
      return skip(in, 8);
    case 2: {
      const auto length = take_varint(in);
      return length && skip(in, *length);
    }
    case 5:
      return skip(in, 4);
    default:
      return false;
  }
}

ServingStatus status_of(std::uint64_t number) {
  return number <= static_cast<std::uint64_t>(ServingStatus::service_unknown) ? static_cast<ServingStatus>(number)
                                                                              : ServingStatus::unknown;
}

/// The message in its frame, if that is all there is.
std::optional<std::string_view> message_in(std::string_view body) {
  if (body.size() < frame_bytes || body.front() != 0) return std::nullopt;
  std::size_t length = 0;
  for (const char c : body.substr(1, 4)) length = length << 8U | static_cast<unsigned char>(c);
  body.remove_prefix(frame_bytes);
  return body.size() == length ? std::optional{body} : std::nullopt;
}

}  // namespace

std::string health_check_request(std::string_view service) {
  std::string message;
  if (!service.empty()) {
    message += service_tag;
    append_varint(message, service.size());
    message += service;
  }
  std::string out(1, '\0');
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(message.size() >> static_cast<unsigned>(shift));
  return out + message;
}

std::string_view to_string(ServingStatus status) {
  constexpr std::array<std::string_view, 4> names{"UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"};
  return names[static_cast<std::size_t>(status)];
}

std::optional<ServingStatus> read_health_check_response(std::string_view body) {
  auto message = message_in(body);
  if (!message) return std::nullopt;
  ServingStatus status = ServingStatus::unknown;
  while (!message->empty()) {
    const auto tag = take_varint(*message);
    if (!tag || *tag >> 3U == 0) return std::nullopt;
    const std::uint64_t wire_type = *tag & 7U;
    if (*tag >> 3U != status_field) {
      if (!skip_value(*message, wire_type)) return std::nullopt;
      continue;
    }
    const auto value = wire_type == 0 ? take_varint(*message) : std::nullopt;
    if (!value) return std::nullopt;
    status = status_of(*value);
  }
  return status;
}

}  // namespace headgate::http
