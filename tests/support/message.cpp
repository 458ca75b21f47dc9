#include "support/message.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <stdexcept>

namespace headgate::testing {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string joined(const FieldList& fields, std::string_view name) {
  std::string result;
  bool first = true;
  for (const auto& [key, value] : fields) {
    if (!equals_ignoring_case(key, name)) continue;
    if (!first) result += ", ";
    result += value;
    first = false;
  }
  return result;
}

void split_head(Message& message, std::string head) {
  const auto end = head.find("\r\n");
  if (end == std::string::npos) throw std::runtime_error("no line end in the head: " + head);
  message.start_line = head.substr(0, end);
  message.fields = parse_fields(std::string_view{head}.substr(end + 2));
  message.head = std::move(head);
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

FieldList parse_fields(std::string_view lines) {
  FieldList result;
  while (!lines.empty()) {
    const auto end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    lines = end == std::string_view::npos ? std::string_view{} : lines.substr(end + 2);
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) throw std::runtime_error("no colon in the field " + std::string(line));
    result.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  return result;
}

std::string Message::field(std::string_view name) const { return joined(fields, name); }
std::string Message::trailer(std::string_view name) const { return joined(trailers, name); }
bool Message::is_chunked() const { return equals_ignoring_case(field("transfer-encoding"), "chunked"); }

std::size_t Message::count(std::string_view name) const {
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(), [name](const auto& field) { return equals_ignoring_case(field.first, name); }));
}

Request parse_request_head(std::string head) {
  Request request;
  split_head(request, std::move(head));
  const auto first = request.start_line.find(' ');
  const auto last = request.start_line.rfind(' ');
  if (first == std::string::npos || first == last) throw std::runtime_error("bad request line: " + request.start_line);
  request.method = request.start_line.substr(0, first);
  request.target = request.start_line.substr(first + 1, last - first - 1);
  return request;
}

Response parse_response_head(std::string head) {
  Response response;
  split_head(response, std::move(head));
  const std::string& line = response.start_line;
  const bool shaped = line.starts_with("HTTP/1.") && line.size() >= 12 && line[8] == ' ';
  if (!shaped || std::from_chars(line.data() + 9, line.data() + 12, response.status).ec != std::errc{})
    throw std::runtime_error("bad status line: " + line);
  return response;
}

std::string chunk(std::string_view bytes) {
  char size[20];
  const auto end = std::to_chars(size, size + sizeof(size), bytes.size(), 16).ptr;
  std::string result(size, end);
  result += "\r\n";
  if (!bytes.empty()) result.append(bytes).append("\r\n");
  return result;
}

}  // namespace headgate::testing
