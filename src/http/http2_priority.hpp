#pragma once

#include <nghttp2/nghttp2.h>

#include <optional>
#include <string_view>

#include "base/ascii.hpp"
#include "headgate/heads.hpp"

namespace headgate::http {

/// What a request's Priority field wishes for the order of responses (RFC 9218 s4): "u=1, i". What is not understood is
/// left at its default, as s4 wants it. Nullopt: it has none.
inline std::optional<nghttp2_extpri> read_priority(const Fields& fields) {
  std::optional<nghttp2_extpri> priority;
  for (const Field& field : fields) {
    if (field.id != FieldId::other || field.name != "priority") continue;
    if (!priority) priority = nghttp2_extpri{NGHTTP2_EXTPRI_DEFAULT_URGENCY, 0};
    for (std::string_view list = field.value; !list.empty();) {
      const std::string_view member = base::next_list_element(list);
      if (member.size() == 3 && member.starts_with("u=") && member[2] >= '0' && member[2] <= '7')
        priority->urgency = static_cast<std::uint32_t>(member[2] - '0');
      if (member == "i" || member == "i=?1") priority->inc = 1;
    }
  }
  return priority;
}

}  // namespace headgate::http
