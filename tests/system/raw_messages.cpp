// Every row of the table of malformed and unusual messages, over real sockets.
#include "support/raw_messages.hpp"

#include <gtest/gtest.h>

#include <set>

#include "support/proxy_under_test.hpp"
#include "support/raw_client.hpp"

namespace headgate::testing {
namespace {

std::vector<RawMessage> rows_of(Side side) {
  std::vector<RawMessage> result;
  for (const RawMessage& row : raw_messages())
    if (row.side == side) result.push_back(row);
  return result;
}

/// The final response, or what was wrong with it.
struct Outcome {
  int status = 0;
  bool cut_off = false;
};

Outcome read_outcome(RawClient& client) {
  Outcome outcome;
  try {
    do {
      const Response head = parse_response_head(client.read_head());
      outcome.status = head.status;
      Response response = head;
      if (head.status < 200 || head.status == 204 || head.status == 304) continue;
      client.read_body(response);
    } while (outcome.status < 200);
  } catch (const Disconnected&) {
    outcome.cut_off = true;
  }
  return outcome;
}

TEST(RawMessages, TheTableIsLargeAndItsNamesAreUnique) {
  std::set<std::pair<Side, std::string>> names;
  for (const RawMessage& row : raw_messages()) names.emplace(row.side, row.name);

  EXPECT_GE(raw_messages().size(), 150U);
  EXPECT_EQ(names.size(), raw_messages().size());
}

TEST(RawMessages, EachRequestMeetsItsFate) {
  FakeUpstream upstream{reply(200, "passed")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  for (const RawMessage& row : rows_of(Side::request)) {
    SCOPED_TRACE(row.name);
    const std::size_t seen_before = upstream.request_count();
    RawClient client{proxy.address()};
    client.set_deadline(5s);
    try {
      client.send(row.bytes);
      const Outcome outcome = read_outcome(client);

      EXPECT_EQ(outcome.status, row.expected);
      EXPECT_FALSE(outcome.cut_off);
      if (row.expected == 200) {
        EXPECT_GT(upstream.request_count(), seen_before);
        continue;
      }
      EXPECT_EQ(upstream.request_count(), seen_before) << "a refused request reached the upstream";
      const bool malformed = row.expected != 417 && row.expected != 501;
      EXPECT_TRUE(!malformed || client.closes(5s)) << "left open";
    } catch (const std::exception& problem) {
      ADD_FAILURE() << problem.what();
    }
  }
}

TEST(RawMessages, EachRequestMeetsItsFateByteByByte) {
  FakeUpstream upstream{reply(200, "passed")};
  ProxyUnderTest proxy{route_all_to(upstream)};

  for (const RawMessage& row : rows_of(Side::request)) {
    if (row.bytes.size() > 300) continue;
    SCOPED_TRACE(row.name);
    RawClient client{proxy.address()};
    client.set_deadline(5s);
    try {
      try {
        client.send_in_pieces(row.bytes);
      } catch (const Disconnected&) {  // refused before its end
      }
      EXPECT_EQ(read_outcome(client).status, row.expected);
    } catch (const std::exception& problem) {
      ADD_FAILURE() << problem.what();
    }
  }
}

TEST(RawMessages, EachResponseMeetsItsFate) {
  const auto rows = rows_of(Side::response);
  FakeUpstream upstream{[&](const Request& request) {
    return raw_reply(rows.at(std::stoul(request.target.substr(1))).bytes, After::close);
  }};
  ProxyUnderTest proxy{route_all_to(upstream)};

  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(rows[i].name);
    RawClient client{proxy.address()};
    client.set_deadline(5s);
    try {
      client.send(RawClient::get_request("/" + std::to_string(i)));
      const Outcome outcome = read_outcome(client);

      if (rows[i].in_body) {
        EXPECT_TRUE(outcome.cut_off || outcome.status == 502) << "a broken body was completed";
      } else {
        EXPECT_EQ(outcome.status, rows[i].expected);
        EXPECT_FALSE(outcome.cut_off);
      }
    } catch (const std::exception& problem) {
      ADD_FAILURE() << problem.what();
    }
  }
}

}  // namespace
}  // namespace headgate::testing
