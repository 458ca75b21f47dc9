#include "http/http2_trailers.hpp"

#include "base/ascii.hpp"
#include "http/field_names.hpp"
#include "http/http2_fields.hpp"

namespace headgate::http {
namespace {

constexpr std::size_t trailer_bytes = 8 * 1024;

}  // namespace

void Http2TrailerReader::begin() {
  lines_.clear();
  decoded_ = 0;
  error_ = Error::none();
}

void Http2TrailerReader::add(std::string_view name, std::string_view value) {
  decoded_ += section_size(name, value);
  if (error_.failed()) return;
  if (side_ == Origin::upstream) value = base::trim_ows(value);  // as in heads
  const FieldId id = field_id(name);
  const TrailerUse use = trailer_use(id, name);
  if (error_ = check_http2_field(name, value, id, side_); error_.failed()) return;
  const Cause cause = side_ == Origin::client ? Cause::client_bad_field : Cause::upstream_bad_field;
  if (use == TrailerUse::refuse)
    error_ = {cause, "a trailer that is only good in a head"};
  else if (lines_.size() + name.size() + value.size() > trailer_bytes)
    error_ = {cause, "over-long trailer section"};
  else if (use == TrailerUse::keep)
    lines_.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace headgate::http
