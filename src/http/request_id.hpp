#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace headgate::http {

/// Makes request ids: 128 random bits as 32 lower-case hexadecimal digits. One a worker; seeded from the kernel once,
/// no system call for an id. Unique, not secret.
class RequestIdSource {
 public:
  using Id = std::array<char, 32>;

  RequestIdSource();                                                                    ///< seeded with getrandom
  explicit RequestIdSource(const std::array<std::uint64_t, 4>& seed) : state_{seed} {}  ///< for tests; not all zero

  Id next();

 private:
  std::uint64_t draw();
  std::array<std::uint64_t, 4> state_;  ///< xoshiro256++
};

inline std::string_view view(const RequestIdSource::Id& id) { return {id.data(), id.size()}; }

/// An id from a trusted peer that is kept: 1 to 128 of [A-Za-z0-9._+/=-].
bool is_valid_request_id(std::string_view id);

}  // namespace headgate::http
