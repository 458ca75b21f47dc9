#pragma once

#include <utility>

#include "state/store.hpp"

namespace headgate::state {

/// Forgets all with the process.
class MemoryStore final : public Store {
 public:
  explicit MemoryStore(StoreEnvironment environment) : Store{"memory", std::move(environment)} {}

 private:
  void on_save(const BackendId& /*backend*/) override { ++saves_; }
};

}  // namespace headgate::state
