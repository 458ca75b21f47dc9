#include "support/raw_messages.hpp"

namespace headgate::testing {
namespace {

using namespace std::string_literals;

class Rows {
 public:
  void whole(std::string name, int expected, std::string bytes) {
    rows.push_back({std::move(name), Side::request, expected, std::move(bytes)});
  }
  /// A request line, without its CRLF, on an otherwise good request.
  void line(std::string name, int expected, const std::string& request_line) {
    whole(std::move(name), expected, request_line + "\r\nHost: a.example\r\n\r\n");
  }
  /// Field lines, each with its CRLF, after a good Host.
  void fields(std::string name, int expected, const std::string& lines) {
    whole(std::move(name), expected, "GET / HTTP/1.1\r\nHost: a.example\r\n" + lines + "\r\n");
  }
  /// A Host value.
  void host(const std::string& value, int expected) {
    whole("Host \"" + value + "\"", expected, "GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n");
  }
  std::vector<RawMessage> rows;
};

void add_request_lines(Rows& rows) {
  rows.line("plain GET", 200, "GET / HTTP/1.1");
  rows.line("HTTP/1.0", 200, "GET / HTTP/1.0");
  rows.line("HTTP/1.2 is read as 1.1", 200, "GET / HTTP/1.2");
  rows.line("unknown method", 200, "PURGE /x HTTP/1.1");
  rows.line("method with punctuation", 200, "M-SEARCH!#$ /x HTTP/1.1");
  rows.line("lower-case method is another method", 200, "get / HTTP/1.1");
  rows.whole("no Host in HTTP/1.0", 200, "GET / HTTP/1.0\r\n\r\n");
  rows.whole("one empty line first", 200, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  rows.whole("three empty lines first", 200, "\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  rows.whole("endless empty lines", 400, "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  rows.whole("bare LF before the request line", 400, "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  rows.whole("bare CR before the request line", 400, "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  rows.whole("space before the method", 400, " GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  rows.line("two spaces before the target", 400, "GET  / HTTP/1.1");
  rows.line("two spaces before the version", 400, "GET /  HTTP/1.1");
  rows.line("tab as a separator", 400, "GET\t/ HTTP/1.1");
  rows.line("space after the version", 400, "GET / HTTP/1.1 ");
  rows.line("no version (HTTP/0.9)", 400, "GET /");
  rows.line("no target", 400, "GET HTTP/1.1");
  rows.line("method with a parenthesis", 400, "GE(T / HTTP/1.1");
  rows.line("NUL in the method", 400, "GE\0T / HTTP/1.1"s);
  rows.line("over-long method", 400, std::string(65, 'A') + " / HTTP/1.1");
  rows.whole("TLS handshake", 400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s);
  rows.whole("HTTP/2 preface", 505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  rows.line("HTTP/2.0", 505, "GET / HTTP/2.0");
  rows.line("HTTP/0.9", 505, "GET / HTTP/0.9");
  rows.line("HTTP/3.0", 505, "GET / HTTP/3.0");
  rows.line("HTTP/1.10", 400, "GET / HTTP/1.10");
  rows.line("HTTP/01.1", 505, "GET / HTTP/01.1");
  rows.line("HTTP/1", 400, "GET / HTTP/1");
  rows.line("HTTP/1.", 400, "GET / HTTP/1.");
  rows.line("HTTP/1,1", 400, "GET / HTTP/1,1");
  rows.line("http/1.1 in lower case", 400, "GET / http/1.1");
  rows.line("HTTPS/1.1", 400, "GET / HTTPS/1.1");
  rows.whole("bare LF after the request line", 400, "GET / HTTP/1.1\nHost: a\r\n\r\n");
  rows.whole("bare CR after the request line", 400, "GET / HTTP/1.1\rHost: a\r\n\r\n");
}

void add_targets(Rows& rows) {
  rows.line("query", 200, "GET /a/b;c=1?d=e&f=g?h/i HTTP/1.1");
  rows.line("empty query", 200, "GET /? HTTP/1.1");
  rows.line("double slash", 200, "GET //a//b HTTP/1.1");
  rows.line("encoded slash", 200, "GET /a%2Fb%2f HTTP/1.1");
  rows.line("characters that browsers send raw", 200, "GET /a|b[1]{2}^`\"<>'~!$&()*+,;=:@?{x}|\\^`[] HTTP/1.1");
  rows.line("stray percent in a query", 200, "GET /?discount=100%&x=%zz HTTP/1.1");
  rows.line("target of the greatest length", 200, "GET /" + std::string(8191, 'a') + " HTTP/1.1");
  rows.line("over-long target", 414, "GET /" + std::string(8192, 'a') + " HTTP/1.1");
  rows.line("over-long query", 414, "GET /?" + std::string(9000, 'a') + " HTTP/1.1");
  rows.line("fragment", 400, "GET /a#b HTTP/1.1");
  rows.line("fragment in a query", 400, "GET /a?b#c HTTP/1.1");
  rows.line("backslash in a path", 400, "GET /a\\..\\b HTTP/1.1");
  rows.line("NUL in a target", 400, "GET /a\0b HTTP/1.1"s);
  rows.line("control character in a target", 400, "GET /a\x01 HTTP/1.1");
  rows.line("tab in a target", 400, "GET /a\tb HTTP/1.1");
  rows.line("DEL in a target", 400, "GET /a\x7f HTTP/1.1");
  rows.line("bytes above 0x7f in a target", 400, "GET /caf\xc3\xa9 HTTP/1.1");
  rows.line("bare LF in a target", 400, "GET /a\nb HTTP/1.1");
  rows.line("bad percent-encoding", 400, "GET /%zz HTTP/1.1");
  rows.line("cut percent-encoding", 400, "GET /%4 HTTP/1.1");
  rows.line("encoded NUL", 400, "GET /a%00b HTTP/1.1");
  rows.line("path without a slash", 400, "GET index.html HTTP/1.1");
  rows.line("query without a path", 400, "GET ?a=b HTTP/1.1");
  rows.line("OPTIONS *", 200, "OPTIONS * HTTP/1.1");
  rows.line("GET *", 400, "GET * HTTP/1.1");
  rows.line("OPTIONS *x", 400, "OPTIONS *x HTTP/1.1");
  rows.line("absolute form", 200, "GET http://b.example/x?y HTTP/1.1");
  rows.line("absolute form, https, port", 200, "GET https://b.example:8443/ HTTP/1.1");
  rows.line("absolute form, upper-case scheme", 200, "GET HTTP://b.example/ HTTP/1.1");
  rows.line("absolute form without a path", 200, "GET http://b.example HTTP/1.1");
  rows.line("absolute form, query only", 200, "GET http://b.example?x HTTP/1.1");
  rows.line("absolute form of OPTIONS *", 200, "OPTIONS http://b.example HTTP/1.1");
  rows.line("absolute form, IPv6", 200, "GET http://[::1]:80/ HTTP/1.1");
  rows.line("absolute form, ftp", 400, "GET ftp://b.example/ HTTP/1.1");
  rows.line("absolute form, user information", 400, "GET http://user@b.example/ HTTP/1.1");
  rows.line("absolute form, user and password", 400, "GET http://u:p@b.example/ HTTP/1.1");
  rows.line("absolute form, empty host", 400, "GET http:///x HTTP/1.1");
  rows.line("absolute form, port only", 400, "GET http://:80/x HTTP/1.1");
  rows.line("absolute form, encoded host", 400, "GET http://b%2eexample/x HTTP/1.1");
  rows.line("absolute form, two dots", 400, "GET http://b.example../x HTTP/1.1");
  rows.line("absolute form, bad port", 400, "GET http://b.example:99999/ HTTP/1.1");
  rows.line("absolute form, one slash", 400, "GET http:/b.example/ HTTP/1.1");
  rows.whole("absolute form without Host", 400, "GET http://b.example/ HTTP/1.1\r\n\r\n");
  rows.whole("absolute form with a bad Host", 400, "GET http://b.example/ HTTP/1.1\r\nHost: a b\r\n\r\n");
  rows.line("CONNECT", 501, "CONNECT b.example:443 HTTP/1.1");
  rows.line("CONNECT without a port", 400, "CONNECT b.example HTTP/1.1");
  rows.line("CONNECT to a path", 400, "CONNECT / HTTP/1.1");
  rows.line("authority form with GET", 400, "GET b.example:443 HTTP/1.1");
}

void add_hosts(Rows& rows) {
  for (const char* good : {"a.example", "a.example:8080", "A.EXAMPLE.", "a_b-c.example", "127.0.0.1", "127.0.0.1:1",
                           "[::1]", "[::1]:8080", "[2001:db8::1]:65535", "a.example:", "xn--bcher-kva.example", ""})
    rows.host(good, 200);
  for (const char* bad : {"a b",
                          "a.example:80:80",
                          "a.example:65536",
                          "a.example:-1",
                          "a.example:http",
                          "u@a.example",
                          "http://a.example",
                          "a.example/",
                          "a.example/x",
                          "a.example?x",
                          "a.example#x",
                          "a,b c",
                          "[::1",
                          "::1",
                          "[::1]x",
                          "[g::1]",
                          "[]",
                          "[1.2.3.4]",
                          "[fe80::1%25eth0]",
                          ":80",
                          "a\\b",
                          "a%2eb",
                          "%61.example",
                          "a.example..",
                          "a..example",
                          ".a.example",
                          ".",
                          "a%zz",
                          "a%00b",
                          "caf\xc3\xa9.example",
                          "<a>",
                          "a.example, b.example",
                          "a\x01"})
    rows.host(bad, 400);
  rows.host("a\0b"s, 400);
  rows.whole("no Host", 400, "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n");
  rows.whole("no field at all", 400, "GET / HTTP/1.1\r\n\r\n");
  rows.fields("second Host", 400, "Host: b.example\r\n");
  rows.fields("second Host, the same", 400, "Host: a.example\r\n");
  rows.fields("second Host in another case", 400, "hOST: a.example\r\n");
  rows.whole("bad Host in HTTP/1.0", 400, "GET / HTTP/1.0\r\nHost: a b\r\n\r\n");
}

}  // namespace

std::vector<RawMessage> raw_request_heads() {
  Rows rows;
  add_request_lines(rows);
  add_targets(rows);
  add_hosts(rows);
  return std::move(rows.rows);
}

}  // namespace headgate::testing
