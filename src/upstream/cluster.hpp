// One upstream of the configuration as one worker sees it: its endpoints' pools and the strategy that picks among them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "headgate/balancer.hpp"
#include "upstream/pool.hpp"

namespace headgate::upstream {

/// The endpoints that a request has failed on; it does not try them again while others are left.
class Tried {
 public:
  void add(std::size_t index) {
    if (count_ < indices_.size()) indices_[count_++] = index;
  }
  [[nodiscard]] bool contains(std::size_t index) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (indices_[i] == index) return true;
    return false;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::optional<std::size_t> last() const {
    return count_ == 0 ? std::nullopt : std::optional{indices_[count_ - 1]};
  }

 private:
  std::array<std::size_t, 8> indices_{};
  std::size_t count_ = 0;
};

struct Member {
  std::shared_ptr<Pool> pool;
  std::uint32_t weight = 1;
};

class Cluster {
 public:
  Cluster(std::string name, std::vector<Member> members, std::unique_ptr<Balancer> balancer, CallOptions options,
          bool preserve_host);

  /// The endpoint to try next, or nullopt when none is left.
  std::optional<std::size_t> pick(const RequestHead& request, const Tried& tried);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Pool& pool(std::size_t index) { return *members_[index].pool; }
  [[nodiscard]] std::size_t size() const { return members_.size(); }
  [[nodiscard]] const CallOptions& options() const { return options_; }
  /// False: the Host sent upstream is the endpoint's own address.
  [[nodiscard]] bool preserve_host() const { return preserve_host_; }

 private:
  std::string name_;
  std::vector<Member> members_;
  std::unique_ptr<Balancer> balancer_;
  CallOptions options_;
  bool preserve_host_;
};

}  // namespace headgate::upstream
