// Fields that say who the client is: only we may send them to backends, in heads and in trailers.
#pragma once

#include <string>
#include <string_view>

#include "http/head_writer.hpp"

namespace headgate::http {

/// Whether what the client sends under that name is dropped: by the policy, or because its connection has been told of
/// under it, though a reload has taken the name back since. Case does not matter, and '_' stands for '-': a backend
/// that reads fields as CGI variables takes "x_subject" for "x-subject".
bool is_reserved(std::string_view name, const ForwardingPolicy& policy, const ClientInfo& client);

/// The lines of a trailer section ("Name: value\r\n") but for those: `lines` itself when there are none, else in
/// `scratch`.
std::string_view without_reserved(std::string_view lines, const ForwardingPolicy& policy, const ClientInfo& client,
                                  std::string& scratch);

}  // namespace headgate::http
