#include "balance/load_limit.hpp"

namespace headgate::balance {

void LoadLimit::look(const Candidates& candidates) {
  if (percent_ == 0) return;
  if (fresh_for_ > 0) {
    --fresh_for_;
    return;
  }
  requests_ = 0;
  weight_ = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!candidates.usable(i)) continue;
    requests_ += candidates.in_flight(i);
    weight_ += candidates.weight(i);
  }
  fresh_for_ = candidates.size() / 8;
}

}  // namespace headgate::balance
