#include "state/redis_keys.hpp"

namespace headgate::state {

/// A user name needs Redis 6; a password alone works with any.
RedisCommand auth_command(const config::RedisAddress& address) {
  if (address.user.empty()) return {"AUTH", address.password};
  return {"AUTH", address.user, address.password};
}

RedisCommand set_command(std::string key, std::string value, std::chrono::milliseconds ttl) {
  return {"SET", std::move(key), std::move(value), "PX", std::to_string(ttl.count())};
}

RedisCommand set_if_absent_command(std::string key, std::string value, std::chrono::milliseconds ttl) {
  RedisCommand command = set_command(std::move(key), std::move(value), ttl);
  command.emplace_back("NX");
  return command;
}

RedisCommand expire_command(std::string key, std::chrono::milliseconds ttl) {
  return {"PEXPIRE", std::move(key), std::to_string(ttl.count())};
}

}  // namespace headgate::state
