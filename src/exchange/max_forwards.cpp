#include "exchange/max_forwards.hpp"

#include <charconv>

#include "base/ascii.hpp"

namespace headgate::exchange {

Forwards limit_forwards(RequestHead& request, std::string& memory) {
  for (Field& field : request.fields) {
    if (field.id != FieldId::other || !base::iequals(field.name, "max-forwards")) continue;
    std::uint32_t left = 0;
    const char* end = field.value.data() + field.value.size();
    const auto parsed = std::from_chars(field.value.data(), end, left);
    if (parsed.ec != std::errc{} || parsed.ptr != end) return Forwards::go_on;
    if (left == 0) return Forwards::end_here;
    memory = std::to_string(left - 1);
    field.value = memory;
    return Forwards::go_on;
  }
  return Forwards::go_on;
}

}  // namespace headgate::exchange
