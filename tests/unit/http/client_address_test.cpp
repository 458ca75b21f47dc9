#include "http/client_address.hpp"

#include <gtest/gtest.h>

namespace headgate::http {
namespace {

using base::IpAddress;

/// The client as text; "?" when it is unknown. Each element of `forwarded` is one X-Forwarded-For field.
std::string client_of(const char* peer, const std::vector<std::string>& forwarded,
                      const std::vector<std::string>& trusted = {"10.0.0.0/8", "fd00::/8"}) {
  Fields fields;
  for (const std::string& value : forwarded) {
    fields.push_back({"X-Forwarded-For", value, FieldId::x_forwarded_for});
    fields.push_back({"X-Other", "9.9.9.9"});
  }
  const auto client = resolve_client(IpAddress::parse(peer), fields, *TrustedProxies::from(trusted));
  return client ? client->to_text() : "?";
}

TEST(ClientAddress, IsThePeerWhenThatIsNotTrusted) { EXPECT_EQ(client_of("192.0.2.1", {"1.1.1.1"}), "192.0.2.1"); }

TEST(ClientAddress, IsTheRightmostThatIsNotTrusted) {
  EXPECT_EQ(client_of("10.0.0.1", {"1.1.1.1, 2.2.2.2, 10.0.0.2,10.0.0.3"}), "2.2.2.2");
}

TEST(ClientAddress, ReadsSeveralFieldsInOrder) {
  EXPECT_EQ(client_of("10.0.0.1", {"1.1.1.1", "10.0.0.4", "10.0.0.2, 10.0.0.3"}), "1.1.1.1");
}

TEST(ClientAddress, IsTheLeftmostWhenAllAreTrusted) {
  EXPECT_EQ(client_of("10.0.0.1", {"10.0.0.3, 10.0.0.2"}), "10.0.0.3");
}

TEST(ClientAddress, IsThePeerWithoutTheField) { EXPECT_EQ(client_of("10.0.0.1", {}), "10.0.0.1"); }

TEST(ClientAddress, StopsAtTheFirstEntryThatIsNoAddress) {
  EXPECT_EQ(client_of("10.0.0.1", {"1.1.1.1, unknown, 10.0.0.2"}), "10.0.0.2");
  EXPECT_EQ(client_of("10.0.0.1", {"1.1.1.1, <script>"}), "10.0.0.1");
}

TEST(ClientAddress, PassesOverEmptyElements) {
  EXPECT_EQ(client_of("10.0.0.1", {"6.6.6.6,,10.0.0.2"}), "6.6.6.6");
  EXPECT_EQ(client_of("10.0.0.1", {"1.1.1.1, \t , 10.0.0.2, "}), "1.1.1.1");
  EXPECT_EQ(client_of("10.0.0.1", {"1.1.1.1", "", ","}), "1.1.1.1");
}

TEST(ClientAddress, UnderstandsPortsAndBrackets) {
  EXPECT_EQ(client_of("10.0.0.1", {"1.1.1.1:5000"}), "1.1.1.1");
  EXPECT_EQ(client_of("10.0.0.1", {"[2001:db8::1]:5000"}), "2001:db8::1");
  EXPECT_EQ(client_of("10.0.0.1", {"2001:db8::1"}), "2001:db8::1");
  EXPECT_EQ(client_of("10.0.0.1", {"[2001:db8::1]x"}), "10.0.0.1");
}

TEST(ClientAddress, SeesThroughMappedAddresses) {
  EXPECT_EQ(client_of("::ffff:10.0.0.1", {"1.1.1.1, ::ffff:10.0.0.2"}), "1.1.1.1");
}

TEST(ClientAddress, TrustsAUnixSocketOnlyWhenListed) {
  EXPECT_EQ(client_of("a unix socket", {"1.1.1.1"}), "?");
  EXPECT_EQ(client_of("a unix socket", {"1.1.1.1"}, {"unix:"}), "1.1.1.1");
  EXPECT_EQ(client_of("a unix socket", {}, {"unix:"}), "?");
}

TEST(TrustedProxies, RefuseWhatIsNoBlock) {
  EXPECT_FALSE(TrustedProxies::from({"10.0.0.0/8", "10.0.0.0/33"}));
  EXPECT_FALSE(TrustedProxies::from({"example.org"}));
  EXPECT_FALSE(TrustedProxies{}.trusts(std::nullopt));
}

}  // namespace
}  // namespace headgate::http
