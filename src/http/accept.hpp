// Content negotiation over the three forms that error pages come in (RFC 9110 s12.5.1).
#pragma once

#include <cstdint>
#include <string_view>

namespace headgate::http {

enum class PageType : std::uint8_t { text, json, html };

/// The form that `accept` likes best, by q value, then by how exactly it names the form, then by order. Plain text when
/// it is empty, takes anything alike (curl's */*), or takes none.
PageType choose_page_type(std::string_view accept);

}  // namespace headgate::http
