// The keys that Headgate has in Redis, and what is said to Redis about them:
//   <prefix>backend:<upstream>:<address>   a record as JSON (record_json.hpp)
//   <prefix>secret:<name>                  a secret
//   <prefix>version                        another text after each change: one look tells whether to read the rest
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "config/redis_url.hpp"
#include "state/record.hpp"
#include "state/redis_reply.hpp"

namespace headgate::state {

struct RedisOptions {
  config::RedisAddress address;
  std::string prefix;
  std::chrono::milliseconds timeout;
  std::chrono::milliseconds ttl;
};

class RedisKeys {
 public:
  explicit RedisKeys(std::string prefix) : prefix_{std::move(prefix)} {}

  [[nodiscard]] std::string backend(const BackendId& id) const {
    return prefix_ + "backend:" + id.upstream + ':' + id.address;
  }
  [[nodiscard]] std::string secret(const std::string& name) const { return prefix_ + "secret:" + name; }
  [[nodiscard]] std::string version() const { return prefix_ + "version"; }

 private:
  std::string prefix_;
};

RedisCommand auth_command(const config::RedisAddress& address);
RedisCommand set_command(std::string key, std::string value, std::chrono::milliseconds ttl);
RedisCommand set_if_absent_command(std::string key, std::string value, std::chrono::milliseconds ttl);
RedisCommand expire_command(std::string key, std::chrono::milliseconds ttl);

}  // namespace headgate::state
