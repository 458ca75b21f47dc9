#include "upstream/candidates.hpp"

namespace headgate::upstream {

bool ClusterCandidates::any_would_do() const {
  for (std::size_t i = 0; i < members_.size(); ++i)
    if (would_do(i)) return true;
  return false;
}

}  // namespace headgate::upstream
