#include "http/field_names.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <string>
#include <utility>

namespace headgate::http {
namespace {

constexpr std::array<std::pair<std::string_view, FieldId>, 32> known{{
    {"Accept", FieldId::accept},
    {"Age", FieldId::age},
    {"Authorization", FieldId::authorization},
    {"Cache-Control", FieldId::cache_control},
    {"Connection", FieldId::connection},
    {"Content-Encoding", FieldId::content_encoding},
    {"Content-Length", FieldId::content_length},
    {"Content-Type", FieldId::content_type},
    {"Cookie", FieldId::cookie},
    {"Date", FieldId::date},
    {"Expect", FieldId::expect},
    {"Forwarded", FieldId::forwarded},
    {"Host", FieldId::host},
    {"Keep-Alive", FieldId::keep_alive},
    {"Location", FieldId::location},
    {"Proxy-Authenticate", FieldId::proxy_authenticate},
    {"Proxy-Authorization", FieldId::proxy_authorization},
    {"Proxy-Connection", FieldId::proxy_connection},
    {"Retry-After", FieldId::retry_after},
    {"Server", FieldId::server},
    {"TE", FieldId::te},
    {"Trailer", FieldId::trailer},
    {"Transfer-Encoding", FieldId::transfer_encoding},
    {"Upgrade", FieldId::upgrade},
    {"User-Agent", FieldId::user_agent},
    {"Via", FieldId::via},
    {"X-Forwarded-For", FieldId::x_forwarded_for},
    {"X-Forwarded-Host", FieldId::x_forwarded_host},
    {"X-Forwarded-Proto", FieldId::x_forwarded_proto},
    {"X-Real-IP", FieldId::x_real_ip},
    {"X-Request-Id", FieldId::x_request_id},
    {"Accept-Encoding", FieldId::other},
}};

TEST(FieldId, IsFoundInAnyCase) {
  for (const auto& [name, id] : known) {
    std::string lower{name};
    std::string upper{name};
    for (char& c : lower) c = static_cast<char>(std::tolower(c));
    for (char& c : upper) c = static_cast<char>(std::toupper(c));

    EXPECT_EQ(field_id(name), id) << name;
    EXPECT_EQ(field_id(lower), id) << lower;
    EXPECT_EQ(field_id(upper), id) << upper;
  }
}

TEST(FieldId, IsOtherWhenASingleCharacterDiffers) {
  for (const auto& [name, id] : known) {
    for (std::size_t i = 0; i < name.size(); ++i) {
      for (const char c : {'_', 'z', '~', '0', '^'}) {
        std::string changed{name};
        if (std::tolower(changed[i]) == c) continue;
        changed[i] = c;

        EXPECT_EQ(field_id(changed), FieldId::other) << changed;
      }
    }
  }
}

TEST(FieldId, IsOtherForPartsAndExtensionsOfKnownNames) {
  for (const auto& [name, id] : known) {
    EXPECT_EQ(field_id(name.substr(1)), FieldId::other) << name;
    EXPECT_EQ(field_id(std::string(name) + "x"), FieldId::other) << name;
  }
}

TEST(TrailerUse, RefusesFramingRoutingAndAuthentication) {
  EXPECT_EQ(trailer_use(FieldId::content_length, ""), TrailerUse::refuse);
  EXPECT_EQ(trailer_use(FieldId::host, ""), TrailerUse::refuse);
  EXPECT_EQ(trailer_use(FieldId::authorization, ""), TrailerUse::refuse);
}

TEST(TrailerUse, DropsWhatIsOnlyGoodInAHeadAndKeepsTheRest) {
  EXPECT_EQ(trailer_use(FieldId::cache_control, ""), TrailerUse::drop);
  EXPECT_EQ(trailer_use(FieldId::other, "SET-COOKIE"), TrailerUse::drop);
  EXPECT_EQ(trailer_use(FieldId::other, "ETag"), TrailerUse::keep);
  EXPECT_EQ(trailer_use(FieldId::other, "grpc-status"), TrailerUse::keep);
}

TEST(TrailerUse, DropsWhatABackendMayTakeForAFieldOfAHead) {
  EXPECT_EQ(trailer_use(FieldId::other, "X_Forwarded_For"), TrailerUse::drop);
  EXPECT_EQ(trailer_use(FieldId::other, "content_length"), TrailerUse::drop);
  EXPECT_EQ(trailer_use(FieldId::other, "check_sum"), TrailerUse::keep);
}

}  // namespace
}  // namespace headgate::http
