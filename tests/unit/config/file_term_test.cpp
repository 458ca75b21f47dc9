#include "config/file_term.hpp"

#include <gmock/gmock.h>

namespace headgate::config {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr std::chrono::sys_seconds now{1'800'000'000s};

FileTerm certificate(std::chrono::sys_seconds until, const std::string& file = "site.pem") {
  return {.listener = "web", .upstream = "", .file = file, .until = until};
}

TEST(ExpiredSuccessors, AreNamedWhereTheOneBeforeIsStillGood) {
  EXPECT_THAT(expired_successors({certificate(now + 1h)}, {certificate(now - 1h)}, now),
              ElementsAre("site.pem: the certificate has expired, the one in use has not"));
}

TEST(ExpiredSuccessors, OfOnesThatHaveExpiredThemselvesAreAsGood) {
  EXPECT_THAT(expired_successors({certificate(now - 2h)}, {certificate(now - 1h)}, now), IsEmpty());
}

TEST(ExpiredSuccessors, AreLookedForByFile) {
  EXPECT_THAT(expired_successors({certificate(now + 1h)}, {certificate(now - 1h, "other.pem")}, now), IsEmpty());
  EXPECT_THAT(expired_successors({certificate(now + 1h)}, {certificate(now + 2h)}, now), IsEmpty());
}

TEST(ExpiredSuccessors, AreCertificatesOnly) {
  FileTerm list = certificate(now + 1h);
  list.kind = FileTerm::Kind::revocation_list;
  FileTerm old_list = list;
  old_list.until = now - 1h;

  EXPECT_THAT(expired_successors({list}, {old_list}, now), IsEmpty()) << "nobody gets in by it";
}

}  // namespace
}  // namespace headgate::config
