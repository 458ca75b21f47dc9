#include "support/raw_messages.hpp"

namespace headgate::testing {
namespace {

using namespace std::string_literals;

class Rows {
 public:
  void whole(std::string name, int expected, std::string bytes) {
    rows.push_back({std::move(name), Side::response, expected, std::move(bytes)});
  }
  /// A status line, without its CRLF, on an otherwise good response.
  void line(std::string name, int expected, const std::string& status_line) {
    whole(std::move(name), expected, status_line + "\r\nContent-Length: 2\r\n\r\nok");
  }
  /// Field lines, each with its CRLF, on a response of two bytes.
  void fields(std::string name, int expected, const std::string& lines) {
    whole(std::move(name), expected, "HTTP/1.1 200 OK\r\n" + lines + "Content-Length: 2\r\n\r\nok");
  }
  void framed(std::string name, int expected, const std::string& lines, const std::string& body) {
    whole(std::move(name), expected, "HTTP/1.1 200 OK\r\n" + lines + "\r\n" + body);
  }
  void chunked(std::string name, int expected, const std::string& body) {
    framed(std::move(name), expected, "Transfer-Encoding: chunked\r\n", body);
    rows.back().in_body = expected == 502;
  }
  std::vector<RawMessage> rows;
};

void add_status_lines(Rows& rows) {
  rows.line("plain 200", 200, "HTTP/1.1 200 OK");
  rows.line("HTTP/1.0", 200, "HTTP/1.0 200 OK");
  rows.line("no reason phrase", 200, "HTTP/1.1 200 ");
  rows.line("no space after the status", 200, "HTTP/1.1 200");
  rows.line("long reason phrase", 200, "HTTP/1.1 200 All is well, \t really: (200) \"fine\"");
  rows.line("obs-text in the reason phrase", 404, "HTTP/1.1 404 Introuvable \xe9");
  rows.line("unregistered status", 299, "HTTP/1.1 299 Odd");
  rows.line("greatest status", 599, "HTTP/1.1 599 Odd");
  rows.line("status 099", 502, "HTTP/1.1 099 Odd");
  rows.line("status 600", 502, "HTTP/1.1 600 Odd");
  rows.line("status 999", 502, "HTTP/1.1 999 Odd");
  rows.line("two digits", 502, "HTTP/1.1 20 OK");
  rows.line("four digits", 502, "HTTP/1.1 2000 OK");
  rows.line("negative status", 502, "HTTP/1.1 -20 OK");
  rows.line("status of letters", 502, "HTTP/1.1 abc OK");
  rows.line("no status", 502, "HTTP/1.1 OK");
  rows.line("two spaces before the status", 502, "HTTP/1.1  200 OK");
  rows.line("tab before the status", 502, "HTTP/1.1\t200 OK");
  rows.line("space before the version", 502, " HTTP/1.1 200 OK");
  rows.line("tab after the status", 502, "HTTP/1.1 200\tOK");
  rows.line("HTTP/2.0", 502, "HTTP/2.0 200 OK");
  rows.line("HTTP/1.2", 502, "HTTP/1.2 200 OK");
  rows.line("HTTP/0.9", 502, "HTTP/0.9 200 OK");
  rows.line("HTTP/1.10", 502, "HTTP/1.10 200 OK");
  rows.line("http/1.1 in lower case", 502, "http/1.1 200 OK");
  rows.line("ICY", 502, "ICY 200 OK");
  rows.line("NUL in the reason phrase", 502, "HTTP/1.1 200 O\0K"s);
  rows.line("bare CR in the reason phrase", 502, "HTTP/1.1 200 O\rK");
  rows.line("control character in the reason phrase", 502, "HTTP/1.1 200 O\x07K");
  rows.whole("bare LF after the status line", 502, "HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nok");
  rows.whole("bare LF after the status", 502, "HTTP/1.1 200\nContent-Length: 2\r\n\r\nok");
  rows.whole("empty line first", 502, "\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  rows.whole("HTML instead of a head", 502, "<html><body>hello</body></html>");
  rows.whole("closed without a byte", 502, "");
  rows.whole("closed within the status line", 502, "HTTP/1.1 2");
  rows.whole("closed within the fields", 502, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n");
}

void add_fields(Rows& rows) {
  rows.fields("tabs, empty value, obs-text", 200, "x-a:\t b \t\r\nX-B:\r\nX-C: \xff\r\n");
  rows.fields("repeated Set-Cookie", 200, "Set-Cookie: a=b\r\nSet-Cookie: c=d\r\n");
  rows.fields("Connection names a field", 200, "Connection: X-A\r\nX-A: b\r\n");
  rows.fields("space before the colon", 502, "X-A : b\r\n");
  rows.fields("folded value", 502, "X-A: b\r\n c\r\n");
  rows.fields("no colon", 502, "X-A\r\n");
  rows.fields("empty name", 502, ": b\r\n");
  rows.fields("NUL in a value", 502, "X-A: b\0c\r\n"s);
  rows.fields("control character in a value", 502, "X-A: b\x02\r\n");
  rows.fields("bare LF after a field", 502, "X-A: b\nX-C: d\r\n");
  rows.fields("bare CR in a value", 502, "X-A: b\rc\r\n");
  rows.fields("bare LF ends the head", 502, "X-A: b\r\n\n");
  rows.fields("over-long value", 502, "X-A: " + std::string(33000, 'b') + "\r\n");
  std::string many;
  for (int i = 0; i < 100; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  rows.fields("a hundred and one fields", 502, many);
}

void add_framing(Rows& rows) {
  rows.framed("length 0", 200, "Content-Length: 0\r\n", "");
  rows.framed("until the connection closes", 200, "Connection: close\r\n", "hello");
  rows.framed("until the connection closes, empty", 200, "", "");
  for (const char* bad :
       {"-2", "+2", "2, 2", "2,2", "0x2", "", "two", "2 2", "2.0", "9223372036854775808", "99999999999999999999999999"})
    rows.framed("Content-Length \"" + std::string(bad) + "\"", 502, "Content-Length: " + std::string(bad) + "\r\n",
                "ok");
  rows.framed("two lengths", 502, "Content-Length: 2\r\nContent-Length: 3\r\n", "ok");
  rows.framed("two equal lengths", 502, "Content-Length: 2\r\nContent-Length: 2\r\n", "ok");
  rows.framed("length and chunked", 502, "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
  for (const char* bad : {"gzip", "identity", "gzip, chunked", "chunked, gzip", "chunked, chunked", "xchunked", ""})
    rows.framed("Transfer-Encoding \"" + std::string(bad) + "\"", 502,
                "Transfer-Encoding: " + std::string(bad) + "\r\n", "0\r\n\r\n");
  rows.framed("two Transfer-Encodings", 502, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
              "0\r\n\r\n");
  rows.whole("chunked in HTTP/1.0", 502, "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  rows.whole("204", 204, "HTTP/1.1 204 No Content\r\n\r\n");
  rows.whole("204 with a length", 204, "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
  rows.whole("304 with the length of a 200", 304,
             "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: \"x\"\r\n\r\n");
  rows.whole("103 first", 200,
             "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  rows.whole("100 first, unasked", 200, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  rows.whole("only an interim response", 502, "HTTP/1.1 103 Early Hints\r\n\r\n");
  rows.whole("101 that nobody asked for", 502,
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n");
  rows.framed("closed within the length", 502, "Content-Length: 10\r\n", "hello");
  rows.rows.back().in_body = true;
}

void add_chunked(Rows& rows) {
  rows.chunked("chunked", 200, "5\r\nhello\r\n0\r\n\r\n");
  rows.chunked("extensions and trailers", 200, "5;a=b\r\nhello\r\n0\r\nX-A: b\r\n\r\n");
  rows.chunked("trailers that are dropped", 200, "0\r\nSet-Cookie: a=b\r\nKeep-Alive: 5\r\n\r\n");
  for (const char* bad : {"-5", "+5", "0x5", "", "5 ", "g", "8000000000000000", "fffffffffffffffff5"})
    rows.chunked("chunk size \"" + std::string(bad) + "\"", 502, std::string(bad) + "\r\nhello\r\n0\r\n\r\n");
  rows.chunked("bare LF after a size", 502, "5\nhello\r\n0\r\n\r\n");
  rows.chunked("data longer than its size", 502, "4\r\nhello\r\n0\r\n\r\n");
  rows.chunked("Content-Length as a trailer", 502, "0\r\nContent-Length: 5\r\n\r\n");
  rows.chunked("closed within a chunk", 502, "5\r\nhel");
  rows.chunked("closed before the last chunk", 502, "5\r\nhello\r\n");
  rows.chunked("closed before the last line end", 502, "5\r\nhello\r\n0\r\n");
}

}  // namespace

std::vector<RawMessage> raw_responses() {
  Rows rows;
  add_status_lines(rows);
  add_fields(rows);
  add_framing(rows);
  add_chunked(rows);
  return std::move(rows.rows);
}

}  // namespace headgate::testing
