// Checks of single strings: what is wrong with one, in words, or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headgate::config {

using Problem = std::optional<std::string>;

Problem name_problem(std::string_view text);           ///< of routes and upstreams
Problem listener_name_problem(std::string_view text);  ///< as free as the path of a Unix socket, its default
Problem method_problem(std::string_view text);         ///< token, RFC 9110 s9.1; upper-case when it is a registered one
Problem field_name_problem(std::string_view text);     ///< token, RFC 9110 s5.1
Problem field_value_problem(std::string_view text);    ///< RFC 9110 s5.5
Problem set_field_problem(std::string_view text);      ///< a field name that header changes may set,
Problem added_field_problem(std::string_view text);    ///< add
Problem removed_field_problem(std::string_view text);  ///< or remove
Problem path_problem(std::string_view text);           ///< of match.path and match.path_prefix, in normalised form
Problem replacement_path_problem(std::string_view text);
Problem replacement_problem(std::string_view text);  ///< bytes that a request target may hold, with groups of a regex
Problem regex_problem(std::string_view text);        ///< RE2; its own message
Problem unix_mode_problem(std::string_view text);    ///< "0660"
Problem directory_problem(std::string_view text);
Problem body_problem(std::string_view text);
Problem any_text(std::string_view text);
Problem via_name_problem(std::string_view text);  ///< a pseudonym is a token, RFC 9110 s7.6.3
/// Of an Upgrade field: a token with an optional "/version" (RFC 9110 s7.8), and no HTTP.
Problem upgrade_protocol_problem(std::string_view text);
const std::vector<std::string>& strategy_names();
Problem strategy_problem(std::string_view text);
Problem hash_name_problem(std::string_view text);  ///< of a header field or cookie; may be empty
Problem cookie_name_problem(std::string_view text);
Problem cookie_path_problem(std::string_view text);  ///< token, RFC 6265 s4.1.1
Problem secret_problem(std::string_view text);
Problem token_problem(std::string_view text);       ///< of Authorization: Bearer
Problem probe_path_problem(std::string_view text);  ///< path and query
Problem error_page_key_problem(std::string_view text);

}  // namespace headgate::config
