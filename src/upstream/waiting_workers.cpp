#include "upstream/waiting_workers.hpp"

namespace headgate::upstream {

void WaitingWorkers::stand_first(std::size_t worker, std::uint64_t ticket) {
  const std::uint64_t before = first_[worker].exchange(ticket, std::memory_order_relaxed);
  if (before == 0 && ticket != 0) waiting_.fetch_add(1, std::memory_order_relaxed);
  if (before != 0 && ticket == 0) waiting_.fetch_sub(1, std::memory_order_relaxed);
}

std::optional<std::size_t> WaitingWorkers::longest_waiting() const {
  std::optional<std::size_t> found;
  std::uint64_t least = ~std::uint64_t{0};
  for (std::size_t worker = 0; worker < first_.size(); ++worker) {
    const std::uint64_t ticket = first_[worker].load(std::memory_order_relaxed);
    if (ticket == 0 || ticket > least) continue;
    found = worker;
    least = ticket;
  }
  return found;
}

}  // namespace headgate::upstream
