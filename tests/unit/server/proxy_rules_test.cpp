#include "server/proxy_rules.hpp"

#include <gtest/gtest.h>

namespace headgate::server {
namespace {

using config::ProxyProtocol;

TEST(JudgeProxyHeader, TakesItFromTrustedPeers) {
  EXPECT_FALSE(judge_proxy_header(ProxyProtocol::required, true, true).failed());
  EXPECT_FALSE(judge_proxy_header(ProxyProtocol::optional, true, true).failed());
}

TEST(JudgeProxyHeader, DoesWithoutOneWhereItIsOptional) {
  EXPECT_FALSE(judge_proxy_header(ProxyProtocol::optional, true, false).failed());
  EXPECT_FALSE(judge_proxy_header(ProxyProtocol::optional, false, false).failed());
  EXPECT_EQ(judge_proxy_header(ProxyProtocol::required, true, false).cause, Cause::proxy_header_missing);
}

TEST(JudgeProxyHeader, RefusesStrangers) {
  EXPECT_EQ(judge_proxy_header(ProxyProtocol::optional, false, true).cause, Cause::proxy_header_untrusted);
  EXPECT_EQ(judge_proxy_header(ProxyProtocol::required, false, true).cause, Cause::proxy_header_untrusted);
  EXPECT_EQ(judge_proxy_header(ProxyProtocol::required, false, false).cause, Cause::proxy_header_untrusted);
}

}  // namespace
}  // namespace headgate::server
