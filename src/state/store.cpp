#include "state/store.hpp"

#include <utility>

#include "config/redis_url.hpp"
#include "state/file_store.hpp"
#include "state/memory_store.hpp"
#include "state/redis_store.hpp"

namespace headgate::state {

Store::Store(std::string_view kind, StoreEnvironment environment)
    : environment_{std::move(environment)}, mode_{kind, environment_.log, environment_.clock}, kind_{kind} {}

void Store::watch(const std::vector<BackendId>& backends, const std::vector<std::string>& secrets) {
  ledger_.watch(backends, secrets);
  on_watch();
}

void Store::save(const BackendId& backend, const Entry& entry) {
  if (ledger_.put(backend, entry)) on_save(backend);
}

std::string Store::secret(const std::string& name) {
  if (auto known = ledger_.secret(name)) return *std::move(known);
  ledger_.set_secret(name, make_secret());
  on_new_secret(name);
  return *ledger_.secret(name);
}

void Store::take_over(const BackendId& backend, const Record& record) {
  for (const Entry& entry : ledger_.merge(backend, record)) {
    ++remote_changes_;
    if (environment_.on_change) environment_.on_change(backend, entry);
  }
}

void Store::take_over_secret(const std::string& name, const std::string& value) {
  if (!ledger_.secrets().contains(name) || ledger_.secret(name) == value) return;
  ledger_.set_secret(name, value);
  if (environment_.on_secret) environment_.on_secret(name, value);
}

Status Store::status() const {
  return {kind_,  mode_.degraded(), mode_.since(), mode_.last_error(), mode_.errors(),
          saves_, remote_changes_,  connections_,  latency()};
}

std::unique_ptr<Store> make_store(const config::State& settings, StoreEnvironment environment) {
  switch (settings.store) {
    case config::StateStore::file:
      return std::make_unique<FileStore>(settings.path, std::move(environment));
    case config::StateStore::redis: {
      const config::Redis redis = settings.redis.value_or(config::Redis{});
      // Validated with the configuration.
      const config::RedisAddress address = config::parse_redis_url(redis.url).value.value();
      return std::make_unique<RedisStore>(RedisOptions{address, redis.prefix, redis.timeout, redis.ttl},
                                          std::move(environment));
    }
    default:
      return std::make_unique<MemoryStore>(std::move(environment));
  }
}

}  // namespace headgate::state
