#include "net/proxy_header.hpp"

#include <gtest/gtest.h>

#include <string>

namespace headgate::net {
namespace {

using namespace std::string_literals;
using Status = ParsedProxyHeader::Status;

const std::string signature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string number(std::size_t value) { return {static_cast<char>(value >> 8U), static_cast<char>(value)}; }
std::string v2(char command, char family, const std::string& rest) {
  return signature + command + family + number(rest.size()) + rest;
}
std::string tlv(char type, const std::string& value) { return type + number(value.size()) + value; }
/// 192.0.2.1:1000 to 198.51.100.2:443
const std::string v4_addresses = "\xC0\x00\x02\x01\xC6\x33\x64\x02\x03\xE8\x01\xBB"s;

std::string text(const std::optional<base::IpAddress>& address) { return address ? address->to_text() : "none"; }

TEST(ProxyHeaderV1, TellsAddressesAndPortsAndWhereItEnds) {
  const std::string line = "PROXY TCP4 192.0.2.1 198.51.100.2 1000 443\r\n";

  const ParsedProxyHeader header = parse_proxy_header(line + "GET / HTTP/1.1\r\n");

  ASSERT_EQ(header.status, Status::complete) << header.detail;
  EXPECT_EQ(header.size, line.size());
  EXPECT_EQ(text(header.source.address), "192.0.2.1");
  EXPECT_EQ(text(header.source.destination), "198.51.100.2");
  EXPECT_EQ(header.source.port, 1000);
  EXPECT_EQ(header.source.destination_port, 443);
}

TEST(ProxyHeaderV1, KnowsIPv6) {
  const ParsedProxyHeader header = parse_proxy_header("PROXY TCP6 2001:db8::1 2001:db8::2 1 65535\r\n");

  ASSERT_EQ(header.status, Status::complete) << header.detail;
  EXPECT_EQ(text(header.source.address), "2001:db8::1");
}

TEST(ProxyHeaderV1, OfAnUnknownConnectionHasNoAddress) {
  for (const char* line : {"PROXY UNKNOWN\r\n", "PROXY UNKNOWN ffff:f::f whatever 1 2\r\n"}) {
    const ParsedProxyHeader header = parse_proxy_header(line);

    ASSERT_EQ(header.status, Status::complete) << line;
    EXPECT_EQ(text(header.source.address), "none");
  }
}

TEST(ProxyHeaderV1, IsRefusedWhenItIsMalformed) {
  for (const char* line :
       {"PROXY TCP4 192.0.2.1 198.51.100.2 1000 443\n", "PROXY TCP4 192.0.2.1 198.51.100.2 1000\r\n",
        "PROXY TCP4  192.0.2.1 198.51.100.2 1000 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 1000 443 \r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 65536 443\r\n", "PROXY TCP4 192.0.2.1 198.51.100.2 01 443\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 -1 443\r\n", "PROXY TCP4 192.0.2.256 198.51.100.2 1000 443\r\n",
        "PROXY TCP4 ::1 ::2 1000 443\r\n", "PROXY TCP6 192.0.2.1 198.51.100.2 1000 443\r\n",
        "PROXY UDP4 192.0.2.1 198.51.100.2 1000 443\r\n", "PROXY unknown\r\n", "PROXY \r\n"})
    EXPECT_EQ(parse_proxy_header(line).status, Status::bad) << line;
}

TEST(ProxyHeaderV1, IsNoLongerThan107Bytes) {
  const std::string longest = "PROXY UNKNOWN " + std::string(107 - 16, 'x') + "\r\n";
  ASSERT_EQ(longest.size(), 107U);

  EXPECT_EQ(parse_proxy_header(longest).status, Status::complete);
  EXPECT_EQ(parse_proxy_header(longest.substr(0, 106)).status, Status::need_more);
  EXPECT_EQ(parse_proxy_header("PROXY UNKNOWN " + std::string(200, 'x')).status, Status::bad);
}

TEST(ProxyHeaderV2, TellsAddressesAndPortsAndWhereItEnds) {
  const std::string bytes = v2('\x21', '\x11', v4_addresses);

  const ParsedProxyHeader header = parse_proxy_header(bytes + "\x16\x03\x01");

  ASSERT_EQ(header.status, Status::complete) << header.detail;
  EXPECT_EQ(header.size, bytes.size());
  EXPECT_EQ(text(header.source.address), "192.0.2.1");
  EXPECT_EQ(text(header.source.destination), "198.51.100.2");
  EXPECT_EQ(header.source.port, 1000);
  EXPECT_EQ(header.source.destination_port, 443);
}

TEST(ProxyHeaderV2, KnowsIPv6AndTakesAMappedAddressForWhatItStandsFor) {
  const std::string v6 = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + '\x01';
  const std::string mapped = std::string(10, '\0') + "\xFF\xFF\xC0\x00\x02\x07"s;

  const ParsedProxyHeader plain = parse_proxy_header(v2('\x21', '\x21', v6 + v6 + number(1) + number(2)));
  const ParsedProxyHeader other = parse_proxy_header(v2('\x21', '\x21', mapped + v6 + number(1) + number(2)));

  EXPECT_EQ(text(plain.source.address), "2001:db8::1");
  EXPECT_EQ(text(other.source.address), "192.0.2.7");
}

TEST(ProxyHeaderV2, OfTheProxysOwnConnectionOrAnUnknownOneHasNoAddress) {
  for (const std::string& bytes :
       {v2('\x20', '\x00', ""), v2('\x20', '\x11', v4_addresses), v2('\x20', '\x7F', "anything"),
        v2('\x21', '\x00', ""), v2('\x21', '\x31', std::string(216, '/'))}) {
    const ParsedProxyHeader header = parse_proxy_header(bytes + "rest");

    ASSERT_EQ(header.status, Status::complete) << header.detail;
    EXPECT_EQ(header.size, bytes.size());
    EXPECT_EQ(text(header.source.address), "none");
  }
}

TEST(ProxyHeaderV2, KeepsWhatItsTlvsTellWithinABound) {
  const std::string tlvs = tlv('\x01', "h2") + tlv('\x02', "a.example") + tlv('\x04', std::string(100, '\0')) +
                           tlv('\x05', std::string(1000, 'u')) + tlv('\xEE', "");

  const ParsedProxyHeader header = parse_proxy_header(v2('\x21', '\x11', v4_addresses + tlvs));

  ASSERT_EQ(header.status, Status::complete) << header.detail;
  EXPECT_EQ(header.source.alpn, "h2");
  EXPECT_EQ(header.source.authority, "a.example");
  EXPECT_EQ(header.source.unique_id, std::string(128, 'u'));
}

TEST(ProxyHeaderV2, ChecksItsChecksum) {
  const std::string before = v4_addresses + "\x03\x00\x04"s;  // CRC-32C of the header, with zeros in its place
  const std::string sum = "\x93\xF0\x0E\xB1"s;

  EXPECT_EQ(parse_proxy_header(v2('\x21', '\x11', before + sum)).status, Status::complete);
  EXPECT_STREQ(parse_proxy_header(v2('\x21', '\x11', before + "\x93\xF0\x0E\xB0"s)).detail, "checksum");
  EXPECT_STREQ(parse_proxy_header(v2('\x21', '\x11', v4_addresses + tlv('\x03', "123"))).detail, "checksum");
}

TEST(ProxyHeaderV2, IsRefusedWhenItIsMalformed) {
  for (const std::string& bytes : {
           v2('\x11', '\x11', v4_addresses),                     // version
           v2('\x22', '\x11', v4_addresses),                     // command
           v2('\x21', '\x41', v4_addresses),                     // family
           v2('\x21', '\x13', v4_addresses),                     // transport
           v2('\x21', '\x11', v4_addresses.substr(1)),           // too short
           v2('\x21', '\x21', v4_addresses),                     // too short for IPv6
           v2('\x21', '\x11', v4_addresses + "\x01\x00"s),       // half a TLV
           v2('\x21', '\x11', v4_addresses + "\x01\x00\x02h"s),  // a TLV beyond the end
           v2('\x21', '\x11', std::string(4096, 'x')),           // too long
       })
    EXPECT_EQ(parse_proxy_header(bytes).status, Status::bad);
}

TEST(ProxyHeader, NeedsMoreAtEveryCut) {
  for (const std::string& bytes :
       {"PROXY TCP4 192.0.2.1 198.51.100.2 1000 443\r\n"s, v2('\x21', '\x11', v4_addresses + tlv('\x01', "h2"))})
    for (std::size_t size = 0; size < bytes.size(); ++size)
      EXPECT_EQ(parse_proxy_header(bytes.substr(0, size)).status, Status::need_more) << size;
}

TEST(ProxyHeader, IsAbsentFromWhatBeginsOtherwise) {
  for (const std::string& bytes :
       {"G"s, "PROPFIND / HTTP/1.1\r\n"s, "PROXY\tTCP4"s, "\r\n\r\nGET / HTTP/1.1"s, "\x16\x03"s})
    EXPECT_EQ(parse_proxy_header(bytes).status, Status::absent) << bytes;
}

base::ConnectionSource source(const char* from, const char* to) {
  base::ConnectionSource out;
  out.address = base::IpAddress::parse(from);
  out.destination = base::IpAddress::parse(to);
  out.port = 1000;
  out.destination_port = 443;
  return out;
}

TEST(WriteProxyHeader, WritesWhatTheParserReads) {
  using base::ProxyVersion;
  for (const ProxyVersion version : {ProxyVersion::v1, ProxyVersion::v2})
    for (const auto& sent : {source("192.0.2.1", "198.51.100.2"), source("2001:db8::1", "2001:db8::2"),
                             source("192.0.2.1", "2001:db8::2"), source("2001:db8::1", "192.0.2.1")}) {
      const std::string bytes = write_proxy_header(version, sent);

      const ParsedProxyHeader header = parse_proxy_header(bytes);

      ASSERT_EQ(header.status, Status::complete) << header.detail;
      EXPECT_EQ(header.size, bytes.size());
      EXPECT_EQ(header.source.address, sent.address);
      EXPECT_EQ(header.source.destination, sent.destination);
      EXPECT_EQ(header.source.port, 1000);
      EXPECT_EQ(header.source.destination_port, 443);
    }
}

TEST(WriteProxyHeader, SaysThatAConnectionIsUnknownOrItsOwn) {
  EXPECT_EQ(write_proxy_header(base::ProxyVersion::v1, {}), "PROXY UNKNOWN\r\n");
  EXPECT_EQ(write_proxy_header(base::ProxyVersion::v2, {}), signature + "\x21\x00\x00\x00"s);
  EXPECT_EQ(write_local_proxy_header(base::ProxyVersion::v1), "PROXY UNKNOWN\r\n");
  EXPECT_EQ(write_local_proxy_header(base::ProxyVersion::v2), signature + "\x20\x00\x00\x00"s);
}

}  // namespace
}  // namespace headgate::net
