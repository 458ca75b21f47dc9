// A strategy is tested without a proxy: whoever implements Candidates decides what it sees.
#include "first_with_room.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

namespace {

struct Backend {
  std::uint32_t weight = 1;
  std::uint32_t in_flight = 0;
  bool usable = true;
};

class Backends final : public headgate::Candidates {
 public:
  explicit Backends(std::vector<Backend> all) : all_{std::move(all)} {}

  std::size_t size() const override { return all_.size(); }
  bool usable(std::size_t index) const override { return all_[index].usable; }
  std::uint32_t weight(std::size_t index) const override { return all_[index].weight * weight_unit; }
  std::uint32_t in_flight(std::size_t index) const override { return all_[index].in_flight; }

 private:
  std::vector<Backend> all_;
};

void expect(const char* what, std::optional<std::size_t> expected, std::vector<Backend> backends) {
  headgate::BalancerRegistry registry;
  example::register_first_with_room(registry);
  const auto strategy = registry.make("first_with_room", {});
  const headgate::RequestHead request;
  if (strategy->pick(Backends{std::move(backends)}, {request, "192.0.2.1"}) == expected) return;
  std::fprintf(stderr, "failed: %s\n", what);
  std::exit(1);
}

}  // namespace

int main() {
  expect("the first one while it has room", 0, {{1, 7}, {1, 0}});
  expect("the next one when it is full", 1, {{1, 8}, {1, 0}});
  expect("a weight of two takes twice as much", 0, {{2, 15}, {1, 0}});
  expect("what cannot be used is passed over", 1, {{1, 0, false}, {1, 3}});
  expect("the least loaded when all are full", 2, {{1, 30}, {1, 20}, {2, 30}});
  expect("nobody when nobody can be used", std::nullopt, {{1, 0, false}});
  std::puts("first_with_room does what it says");
}
