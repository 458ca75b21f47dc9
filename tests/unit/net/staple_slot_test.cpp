#include "net/staple_slot.hpp"

#include <gtest/gtest.h>

#include "base/wall_clock.hpp"
#include "support/test_certificate.hpp"

namespace headgate::net {
namespace {

using testing::make_certificate;
using namespace std::chrono_literals;

/// What an authority says of a certificate, again and again.
class FetchedStapleTest : public ::testing::Test {
 protected:
  bool say(bool good, std::chrono::seconds since) {
    const std::string der = testing::make_ocsp_response(site_, {{&authority_, good}}, authority_, 2h, since);
    return staple_.take(staple_.question.read(der, base::wall_clock_seconds()));
  }
  [[nodiscard]] bool is_stapled() const { return staple_.slot.get() != nullptr; }

  const base::PemPair authority_ = make_certificate({}, {.common_name = "Authority"});
  const base::PemPair site_ =
      make_certificate({"a.test"}, {.signer = &authority_, .ocsp_responder = "http://ocsp.test"});
  FetchedStaple staple_{base::Certificate{{site_.certificates + authority_.certificates, site_.key}}};
};

TEST_F(FetchedStapleTest, IsTheLastGoodAnswer) {
  EXPECT_TRUE(say(true, -2h));
  EXPECT_TRUE(say(true, -1h));
  EXPECT_TRUE(is_stapled());
}

TEST_F(FetchedStapleTest, IsNothingOnceTheCertificateIsRevoked) {
  EXPECT_TRUE(say(true, -2h));
  EXPECT_TRUE(say(false, -1h));
  EXPECT_FALSE(is_stapled());
}

TEST_F(FetchedStapleTest, IsNoOldAnswerThatIsPlayedAgain) {
  EXPECT_TRUE(say(false, -1h));
  EXPECT_FALSE(say(true, -2h));
  EXPECT_FALSE(is_stapled());
}

}  // namespace
}  // namespace headgate::net
