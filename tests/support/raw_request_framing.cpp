// Field lines and bodies of requests.
#include "support/raw_messages.hpp"

namespace headgate::testing {
namespace {

using namespace std::string_literals;

class Rows {
 public:
  /// Field lines, each with its CRLF, after a good Host.
  void fields(std::string name, int expected, const std::string& lines) {
    rows.push_back(
        {std::move(name), Side::request, expected, "GET / HTTP/1.1\r\nHost: a.example\r\n" + lines + "\r\n"});
  }
  void post(std::string name, int expected, const std::string& lines, const std::string& body) {
    rows.push_back(
        {std::move(name), Side::request, expected, "POST /x HTTP/1.1\r\nHost: a.example\r\n" + lines + "\r\n" + body});
  }
  /// A chunked body.
  void chunked(std::string name, int expected, const std::string& body) {
    post(std::move(name), expected, "Transfer-Encoding: chunked\r\n", body);
    rows.back().in_body = expected != 200;
  }
  void old_post(std::string name, int expected, const std::string& lines, const std::string& body) {
    rows.push_back({std::move(name), Side::request, expected, "POST /x HTTP/1.0\r\n" + lines + "\r\n" + body});
  }
  std::vector<RawMessage> rows;
};

std::string many_fields(int count) {
  std::string lines;
  for (int i = 0; i < count; ++i) lines += "X-" + std::to_string(i) + ": y\r\n";
  return lines;
}

void add_field_syntax(Rows& rows) {
  rows.fields("field names in any case", 200, "aCCEPT: */*\r\nuser-agent: x\r\n");
  rows.fields("tabs and spaces around a value", 200, "X-A: \t  b \t\r\n");
  rows.fields("no space before a value", 200, "X-A:b\r\n");
  rows.fields("empty value", 200, "X-A:\r\nX-B: \t \r\n");
  rows.fields("tab within a value", 200, "X-A: b\tc\r\n");
  rows.fields("obs-text in a value", 200, "X-A: caf\xc3\xa9 \xff\x80\r\n");
  rows.fields("every token character in a name", 200, "!#$%&'*+-.^_`|~09azAZ: b\r\n");
  rows.fields("colons in a value", 200, "X-A: :b::c:\r\n");
  rows.fields("a hundred fields", 200, many_fields(99));
  rows.fields("a hundred and one fields", 431, many_fields(100));
  rows.fields("over-long value", 431, "X-A: " + std::string(33000, 'b') + "\r\n");
  rows.fields("over-long name", 431, std::string(33000, 'b') + ": c\r\n");
  rows.fields("many long fields", 431,
              "X-A: " + std::string(17000, 'b') + "\r\nX-B: " + std::string(17000, 'c') + "\r\n");
  rows.fields("space before the colon", 400, "X-A : b\r\n");
  rows.fields("tab before the colon", 400, "X-A\t: b\r\n");
  rows.fields("space in a name", 400, "X A: b\r\n");
  rows.fields("folded value, space", 400, "X-A: b\r\n c\r\n");
  rows.fields("folded value, tab", 400, "X-A: b\r\n\tc\r\n");
  rows.fields("line of white space only", 400, "X-A: b\r\n \r\n");
  rows.fields("no colon", 400, "X-A\r\n");
  rows.fields("empty name", 400, ": b\r\n");
  rows.fields("NUL in a name", 400, "X\0A: b\r\n"s);
  rows.fields("NUL in a value", 400, "X-A: b\0c\r\n"s);
  rows.fields("control character in a value", 400, "X-A: b\x01\r\n");
  rows.fields("DEL in a value", 400, "X-A: b\x7f\r\n");
  rows.fields("escape in a value", 400, "X-A: \x1b[31m\r\n");
  rows.fields("byte above 0x7f in a name", 400, "X-\xc3\xa9: b\r\n");
  rows.fields("parenthesis in a name", 400, "X(A): b\r\n");
  rows.fields("quoted name", 400, "\"X\": b\r\n");
  rows.fields("bare LF after a field", 400, "X-A: b\nX-C: d\r\n");
  rows.fields("bare LF before the end", 400, "X-A: b\r\n\n");
  rows.fields("bare CR in a value", 400, "X-A: b\rc\r\n");
  rows.fields("bare CR before CRLF", 400, "X-A: b\r\r\n");
  rows.fields("bare CR in a name", 400, "X\rA: b\r\n");
  rows.fields("space before the first field", 400, " X-A: b\r\n");
  rows.rows.push_back(
      {"folded line after the request line", Side::request, 400, "GET / HTTP/1.1\r\n X: y\r\nHost: a.example\r\n\r\n"});
}

void add_connection(Rows& rows) {
  rows.fields("Connection: close", 200, "Connection: close\r\n");
  rows.fields("Connection names a field", 200, "Connection: keep-alive, X-Secret\r\nX-Secret: 1\r\n");
  rows.fields("Connection names Host and framing", 200, "Connection: host, content-length, , close\r\n");
  rows.fields("endless Connection options", 400, "Connection: " + std::string(200, ',') + "\r\n");
  rows.fields("upgrade to WebSocket", 200,
              "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n");
  rows.fields("upgrade to h2c is ignored", 200,
              "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n");
  rows.fields("TE: trailers", 200, "TE: trailers\r\nConnection: TE\r\n");
  rows.post("Expect: 100-continue", 200, "Content-Length: 1\r\nExpect: 100-Continue\r\n", "x");
  rows.post("another expectation", 417, "Content-Length: 1\r\nExpect: 200-ok\r\n", "x");
  rows.post("two expectations", 417, "Content-Length: 1\r\nExpect: 100-continue, x=y\r\n", "x");
}

void add_lengths(Rows& rows) {
  rows.post("Content-Length", 200, "Content-Length: 5\r\n", "hello");
  rows.post("Content-Length 0", 200, "Content-Length: 0\r\n", "");
  rows.post("no body", 200, "", "");
  rows.post("leading zeros", 200, "Content-Length: 0005\r\n", "hello");
  rows.fields("GET with a length of 0", 200, "Content-Length: 0\r\n");
  rows.old_post("HTTP/1.0 with a length", 200, "Content-Length: 5\r\n", "hello");
  rows.post("over limits.body_bytes", 413, "Content-Length: 10485761\r\n", "");
  for (const char* bad : {"+5", "-5", "5 5", "5,5", "5, 5", "5;", "0x5", "5.0", "", "five", "\"5\"", "5\t5", "1e1",
                          "9223372036854775808", "18446744073709551616", "99999999999999999999999999"})
    rows.post("Content-Length \"" + std::string(bad) + "\"", 400, "Content-Length: " + std::string(bad) + "\r\n",
              "hello");
  rows.post("two lengths", 400, "Content-Length: 5\r\nContent-Length: 6\r\n", "hello!");
  rows.post("two equal lengths", 400, "Content-Length: 5\r\nContent-Length: 5\r\n", "hello");
  rows.post("two lengths far apart", 400, "Content-Length: 5\r\nX: y\r\ncontent-length: 0\r\n", "hello");
  rows.post("length and chunked", 400, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n");
  rows.post("chunked and length", 400, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n");
  rows.post("chunked in any case", 200, "Transfer-Encoding: \tCHUNKed \r\n", "0\r\n\r\n");
  for (const char* bad : {"gzip", "identity", "gzip, chunked", "chunked, gzip", "chunked, chunked", "chunked,",
                          ",chunked", "chunked;q=1", "xchunked", "chunke", "", "\"chunked\"", "chunked chunked",
                          "\x0b"
                          "chunked"})
    rows.post("Transfer-Encoding \"" + std::string(bad) + "\"", 400, "Transfer-Encoding: " + std::string(bad) + "\r\n",
              "0\r\n\r\n");
  rows.post("Transfer-Encoding with a space before the colon", 400, "Transfer-Encoding : chunked\r\n", "0\r\n\r\n");
  rows.post("two Transfer-Encodings", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
            "0\r\n\r\n");
  rows.post("two equal Transfer-Encodings", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "0\r\n\r\n");
  rows.old_post("chunked in HTTP/1.0", 400, "Transfer-Encoding: chunked\r\n", "0\r\n\r\n");
}

void add_chunked(Rows& rows) {
  rows.chunked("two chunks", 200, "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n");
  rows.chunked("hexadecimal in both cases", 200, "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n");
  rows.chunked("leading zeros in a size", 200, "0005\r\nhello\r\n000\r\n\r\n");
  rows.chunked("chunk extensions", 200, "5;a;b=c;d=\"e;f\"\r\nhello\r\n0;x\r\n\r\n");
  rows.chunked("white space before an extension", 200, "5 ;a\r\nhello\r\n0\t; x\r\n\r\n");
  rows.chunked("line ends as content", 200, "4\r\n\r\n\r\n\r\n0\r\n\r\n");
  rows.chunked("trailers", 200, "5\r\nhello\r\n0\r\nX-Sum: 1\r\ngrpc-status: 0\r\n\r\n");
  rows.chunked("trailer that is dropped", 200, "0\r\nConnection: close\r\nX-A: b\r\n\r\n");
  for (const char* bad : {"-5", "+5", "0x5", " 5", "5 ", "5,", "", "g", "5h", "5\x01", "5\x0b", "\"5\"", ";a",
                          "8000000000000000", "10000000000000005", "fffffffffffffffff5"})
    rows.chunked("chunk size \"" + std::string(bad) + "\"", 400, std::string(bad) + "\r\nhello\r\n0\r\n\r\n");
  rows.chunked("bare LF after a size", 400, "5\nhello\r\n0\r\n\r\n");
  rows.chunked("bare CR after a size", 400, "5\rhello\r\n0\r\n\r\n");
  rows.chunked("bare LF after data", 400, "5\r\nhello\n0\r\n\r\n");
  rows.chunked("data longer than its size", 400, "4\r\nhello\r\n0\r\n\r\n");
  rows.chunked("data shorter than its size", 400, "6\r\nhello\r\n0\r\n\r\n");
  rows.chunked("no line end after data", 400, "5\r\nhello0\r\n\r\n");
  rows.chunked("bare LF in an extension", 400, "5;a\nb\r\nhello\r\n0\r\n\r\n");
  rows.chunked("NUL in an extension", 400, "5;a\0b\r\nhello\r\n0\r\n\r\n"s);
  rows.chunked("over-long extension", 400, "5;" + std::string(2000, 'a') + "\r\nhello\r\n0\r\n\r\n");
  rows.chunked("bare LF at the end", 400, "5\r\nhello\r\n0\r\n\n");
  rows.chunked("Content-Length as a trailer", 400, "0\r\nContent-Length: 5\r\n\r\n");
  rows.chunked("Transfer-Encoding as a trailer", 400, "0\r\nTransfer-Encoding: chunked\r\n\r\n");
  rows.chunked("Host as a trailer", 400, "0\r\nHost: b.example\r\n\r\n");
  rows.chunked("Authorization as a trailer", 400, "0\r\nAuthorization: Basic eDp5\r\n\r\n");
  rows.chunked("malformed trailer", 400, "0\r\nX A: b\r\n\r\n");
  rows.chunked("folded trailer", 400, "0\r\nX-A: b\r\n c\r\n\r\n");
  rows.chunked("bare LF after a trailer", 400, "0\r\nX-A: b\n\r\n");
  rows.chunked("over-long trailer section", 400, "0\r\nX-A: " + std::string(40000, 'b') + "\r\n\r\n");
  rows.chunked("chunk over limits.body_bytes", 413, "a00001\r\n");
}

}  // namespace

std::vector<RawMessage> raw_request_framing() {
  Rows rows;
  add_field_syntax(rows);
  add_connection(rows);
  add_lengths(rows);
  add_chunked(rows);
  return std::move(rows.rows);
}

}  // namespace headgate::testing
