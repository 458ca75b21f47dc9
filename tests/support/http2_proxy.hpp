#pragma once

#include "support/http2_client.hpp"
#include "support/proxy_under_test.hpp"

namespace headgate::testing {

/// The same, for clients of cleartext HTTP/2 and HTTP/1.1.
inline Config both_protocols(const Config& config) {
  return config.with("/listeners/0/protocols", Value::of_json(R"(["h2", "http/1.1"])"));
}

}  // namespace headgate::testing
