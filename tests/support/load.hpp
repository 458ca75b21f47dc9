#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/raw_client.hpp"

namespace headgate::testing {

/// Clients that send GET requests on kept-alive connections, one after the other, until stopped. A connection that
/// fails, or a status other than 200, is a failure; a connection that the server closes with notice is opened anew.
class Load {
 public:
  Load(std::function<std::string()> address, int clients) : address_{std::move(address)} {
    for (int i = 0; i < clients; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Load() { stop(); }
  Load(const Load&) = delete;
  Load& operator=(const Load&) = delete;

  void stop() {
    stopping_ = true;
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }
  [[nodiscard]] int served() const { return served_; }
  /// What went wrong, one text a failure.
  [[nodiscard]] std::vector<std::string> failures() const {
    const std::lock_guard lock{mutex_};
    return failures_;
  }

 private:
  void run() {
    while (!stopping_) try {
        RawClient client{address_()};
        while (!stopping_) {
          const Response response = client.get("/load");
          if (response.status != 200) throw std::runtime_error("status " + std::to_string(response.status));
          ++served_;
          if (equals_ignoring_case(response.field("connection"), "close")) break;
        }
      } catch (const std::exception& problem) {
        const std::lock_guard lock{mutex_};
        failures_.emplace_back(problem.what());
        if (failures_.size() > 100) return;
      }
  }

  std::function<std::string()> address_;
  std::atomic<bool> stopping_{false};
  std::atomic<int> served_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> failures_;
  std::vector<std::thread> threads_;
};

}  // namespace headgate::testing
