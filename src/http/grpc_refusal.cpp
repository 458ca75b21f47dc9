#include "http/grpc_refusal.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>

#include "base/ascii.hpp"

namespace headgate::http {
namespace {

using base::GrpcStatus;
using std::chrono::milliseconds;

const Field* find(const Fields& fields, std::string_view name) {
  for (const Field& field : fields)
    if (field.id == FieldId::other && base::iequals(field.name, name)) return &field;
  return nullptr;
}

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

GrpcStatus status_in(std::string_view text) {
  const auto number = number_in(text);
  const bool known = number && *number >= 0 && *number <= static_cast<std::int64_t>(GrpcStatus::unauthenticated);
  return known ? static_cast<GrpcStatus>(*number) : GrpcStatus::unknown;
}

}  // namespace

std::optional<GrpcRefusal> read_grpc_refusal(const ResponseHead& head) {
  if (head.status != 200) return std::nullopt;
  const Field* status = find(head.fields, "grpc-status");
  if (status == nullptr) return std::nullopt;
  GrpcRefusal refusal{status_in(status->value)};
  if (refusal.status == GrpcStatus::ok) return std::nullopt;
  if (const Field* field = find(head.fields, "grpc-retry-pushback-ms"))
    refusal.pushback = milliseconds{number_in(field->value).value_or(-1)};
  return refusal;
}

}  // namespace headgate::http
