#include "http/grpc.hpp"

#include <nghttp2/nghttp2.h>

#include <array>

#include "base/ascii.hpp"
#include "base/percent.hpp"

namespace headgate::http {
namespace {

using base::GrpcStatus;

constexpr std::string_view media_type = "application/grpc";

/// By the numbers of gRPC.
constexpr std::array<std::uint16_t, 17> http_statuses{200, 499, 500, 400, 504, 404, 409, 403, 429,
                                                      400, 409, 400, 501, 500, 503, 500, 401};

}  // namespace

bool have_grpc_content(const Fields& fields) {
  const Field* field = find(fields, FieldId::content_type);
  if (field == nullptr || !base::iequals(field->value.substr(0, media_type.size()), media_type)) return false;
  const std::string_view rest = field->value.substr(media_type.size());
  return rest.empty() || rest.front() == '+' || rest.front() == ';' || base::is_ows(rest.front());
}

GrpcStatus grpc_status_of(const CauseInfo& cause) {
  switch (cause.status) {
    case 400:
    case 500:
      return GrpcStatus::internal;
    case 401:
      return GrpcStatus::unauthenticated;
    case 403:
      return GrpcStatus::permission_denied;
    case 404:
    case 405:
    case 501:
      return GrpcStatus::unimplemented;
    case 408:
      return GrpcStatus::deadline_exceeded;
    case 413:
    case 414:
    case 431:
      return GrpcStatus::resource_exhausted;
    case 504:
      return cause.retry == Retry::yes ? GrpcStatus::unavailable : GrpcStatus::deadline_exceeded;
    case 429:
    case 502:
    case 503:
      return GrpcStatus::unavailable;
    default:
      return GrpcStatus::unknown;
  }
}

GrpcStatus grpc_status_of_reset(std::uint32_t code) {
  switch (code) {
    case NGHTTP2_REFUSED_STREAM:
      return GrpcStatus::unavailable;
    case NGHTTP2_CANCEL:
      return GrpcStatus::cancelled;
    case NGHTTP2_ENHANCE_YOUR_CALM:
      return GrpcStatus::resource_exhausted;
    case NGHTTP2_INADEQUATE_SECURITY:
      return GrpcStatus::permission_denied;
    default:
      return GrpcStatus::internal;
  }
}

std::uint16_t http_status_of(GrpcStatus status) { return http_statuses[static_cast<std::size_t>(status)]; }

void append_grpc_message(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte <= 0x7e && c != '%')
      out += c;
    else
      base::append_triplet(out, byte);
  }
}

}  // namespace headgate::http
