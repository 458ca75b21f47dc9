#include "balance/hash.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "balance/ip_hash.hpp"
#include "endpoints.hpp"

namespace headgate::balance {
namespace {

class HashTest : public ::testing::Test {
 protected:
  Hash by(HashKey::Source source, std::string name = "", std::uint64_t seed = 1) {
    BalancerInput input = endpoints_.input(seed);
    input.hash = {source, std::move(name), 0};
    return Hash{input};
  }
  /// How many endpoints 50 requests get to, each of which `change` has made another one.
  template <class Change>
  std::size_t endpoints_of_different(Balancer& balancer, Change change) {
    std::set<std::size_t> seen;
    for (int i = 0; i < 50; ++i) {
      const std::string text = std::to_string(i);
      AnyRequest request;
      change(request, text);
      seen.insert(balancer.pick(endpoints_, request).value());
    }
    return seen.size();
  }

  Endpoints endpoints_ = Endpoints::equal(10);
};

void set_field(AnyRequest& request, std::string_view name, std::string_view value, FieldId id = FieldId::other) {
  request.head.fields = {{"Accept", "*/*", FieldId::accept, false}, {name, value, id, false}};
}

TEST_F(HashTest, OfTheUriLooksAtPathAndQuery) {
  Hash balancer = by(HashKey::Source::uri);

  EXPECT_GT(endpoints_of_different(balancer, [](AnyRequest& r, const std::string& text) { r.head.path = text; }), 5U);
  EXPECT_GT(endpoints_of_different(balancer,
                                   [](AnyRequest& r, const std::string& text) {
                                     r.head.has_query = true;
                                     r.head.query = text;
                                   }),
            5U);
  EXPECT_EQ(endpoints_of_different(balancer, [](AnyRequest& r, const std::string& text) { r.client = text; }), 1U);
}

TEST_F(HashTest, OfAHeaderFindsItInAnyCase) {
  Hash balancer = by(HashKey::Source::header, "X-Tenant");

  EXPECT_GT(
      endpoints_of_different(balancer, [](AnyRequest& r, const std::string& text) { set_field(r, "x-tenant", text); }),
      5U);
  EXPECT_EQ(endpoints_of_different(balancer,
                                   [](AnyRequest& r, const std::string& text) {
                                     set_field(r, "X-TENANT", "one");
                                     r.client = text;
                                     r.head.path = text;
                                   }),
            1U);
}

TEST_F(HashTest, OfACookieReadsThatCookie) {
  Hash balancer = by(HashKey::Source::cookie, "session");

  EXPECT_EQ(endpoints_of_different(balancer,
                                   [line = std::string{}](AnyRequest& r, const std::string& text) mutable {
                                     line = "a=" + text + "; session=same; b=" + text;
                                     set_field(r, "Cookie", line, FieldId::cookie);
                                   }),
            1U);
  EXPECT_GT(endpoints_of_different(balancer,
                                   [line = std::string{}](AnyRequest& r, const std::string& text) mutable {
                                     line = "a=1;session=" + text;
                                     set_field(r, "Cookie", line, FieldId::cookie);
                                   }),
            5U);
}

TEST_F(HashTest, WithoutItsKeyCountsByTheClientsAddress) {
  for (const auto source : {HashKey::Source::header, HashKey::Source::cookie}) {
    Hash balancer = by(source, "absent");

    EXPECT_GT(endpoints_of_different(balancer, [](AnyRequest& r, const std::string& text) { r.client = text; }), 5U);
    EXPECT_EQ(endpoints_of_different(balancer, [](AnyRequest& r, const std::string& text) { r.head.path = text; }), 1U);
  }
}

TEST_F(HashTest, WithoutAKeyAndAnAddressSpreads) {
  Hash balancer = by(HashKey::Source::header, "absent");

  EXPECT_GT(endpoints_of_different(balancer, [](AnyRequest& r, const std::string&) { r.client = ""; }), 5U);
}

TEST_F(HashTest, PlacesAKeyTheSameInEveryWorker) {
  Hash one = by(HashKey::Source::uri, "", 1);
  Hash another = by(HashKey::Source::uri, "", 2);

  for (int i = 0; i < 100; ++i) {
    const std::string path = "/" + std::to_string(i);
    AnyRequest request;
    request.head.path = path;
    EXPECT_EQ(one.pick(endpoints_, request), another.pick(endpoints_, request));
  }
}

TEST_F(HashTest, OfAClientLooksAtNothingElse) {
  IpHash balancer{endpoints_.input()};

  EXPECT_GT(endpoints_of_different(balancer, [](AnyRequest& r, const std::string& text) { r.client = text; }), 5U);
  EXPECT_EQ(endpoints_of_different(balancer, [](AnyRequest& r, const std::string& text) { r.head.path = text; }), 1U);
  EXPECT_GT(endpoints_of_different(balancer, [](AnyRequest& r, const std::string&) { r.client = ""; }), 5U);
}

/// Requests that stay: each of `keys` keys again and again.
Endpoints loaded(std::size_t size, std::uint32_t max_load_percent, int requests, int keys) {
  Endpoints endpoints = Endpoints::equal(size);
  BalancerInput input = endpoints.input();
  input.hash.max_load_percent = max_load_percent;
  Hash balancer{input};
  for (int i = 0; i < requests; ++i) {
    const std::string path = "/" + std::to_string(i % keys);
    AnyRequest request;
    request.head.path = path;
    ++endpoints[balancer.pick(endpoints, request).value()].in_flight;
  }
  return endpoints;
}

TEST(BoundedLoad, HoldsNobodyToMoreThanItsShareOfTheMean) {
  Endpoints endpoints = loaded(10, 125, 1'000, 3);

  for (std::size_t i = 0; i < 10; ++i) EXPECT_LE(endpoints[i].in_flight, 126U) << i;
}

TEST(BoundedLoad, OfManyEndpointsIsHeldThoughTheMeanIsNotAlwaysFresh) {
  Endpoints endpoints = loaded(100, 150, 10'000, 3);

  for (std::size_t i = 0; i < 100; ++i) EXPECT_LE(endpoints[i].in_flight, 152U) << i;
}

TEST(BoundedLoad, IsOffUnlessAskedFor) {
  Endpoints endpoints = loaded(10, 0, 1'000, 1);

  std::uint32_t most = 0;
  for (std::size_t i = 0; i < 10; ++i) most = std::max(most, endpoints[i].in_flight);
  EXPECT_EQ(most, 1'000U);
}

TEST(BoundedLoad, LeavesAKeyWhereItBelongsWhileThereIsRoom) {
  Endpoints idle = Endpoints::equal(10);
  BalancerInput input = idle.input();
  Hash unbounded{input};
  input.hash.max_load_percent = 125;
  Hash bounded{input};

  for (int i = 0; i < 100; ++i) {
    const std::string path = "/" + std::to_string(i);
    AnyRequest request;
    request.head.path = path;
    EXPECT_EQ(bounded.pick(idle, request), unbounded.pick(idle, request));
  }
}

TEST(BoundedLoad, GivesMoreToWhoWeighsMore) {
  Endpoints endpoints{{{.weight = 1, .in_flight = 10}, {.weight = 3, .in_flight = 20}}};
  BalancerInput input = endpoints.input();
  input.hash.max_load_percent = 101;
  Hash balancer{input};

  for (int i = 0; i < 50; ++i) {
    const std::string path = "/" + std::to_string(i);
    AnyRequest request;
    request.head.path = path;
    EXPECT_EQ(balancer.pick(endpoints, request), 1U);
  }
}

}  // namespace
}  // namespace headgate::balance
