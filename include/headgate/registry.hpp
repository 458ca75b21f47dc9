// Names to factories: how the configuration's "strategy" finds the code. Filled by lists (builtin.cpp), never by static
// objects.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headgate {

/// `Args` are what every factory gets to know.
template <class T, class... Args>
class Registry {
 public:
  using Factory = std::function<std::unique_ptr<T>(Args...)>;

  /// Throws std::invalid_argument when the name is taken: two strategies of one name must not pass start-up.
  void add(std::string name, Factory factory) {
    if (!factories_.try_emplace(name, std::move(factory)).second)
      throw std::invalid_argument{"\"" + name + "\" is registered twice"};
  }

  [[nodiscard]] bool contains(std::string_view name) const { return factories_.find(name) != factories_.end(); }

  /// Null when nothing has that name.
  [[nodiscard]] std::unique_ptr<T> make(std::string_view name, Args... args) const {
    const auto found = factories_.find(name);
    return found == factories_.end() ? nullptr : found->second(std::forward<Args>(args)...);
  }

  /// Sorted.
  [[nodiscard]] std::vector<std::string_view> names() const {
    std::vector<std::string_view> result;
    for (const auto& [name, factory] : factories_) result.push_back(name);
    return result;
  }

 private:
  std::map<std::string, Factory, std::less<>> factories_;
};

}  // namespace headgate
