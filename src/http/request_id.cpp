#include "http/request_id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <random>

#include "base/ascii.hpp"

namespace headgate::http {
namespace {

std::array<std::uint64_t, 4> seed_from_kernel() {
  std::array<std::uint64_t, 4> seed{};
  if (getrandom(seed.data(), sizeof seed, 0) == static_cast<ssize_t>(sizeof seed)) return seed;
  std::random_device device;  // a kernel or sandbox without getrandom
  for (std::uint64_t& word : seed) word = (static_cast<std::uint64_t>(device()) << 32) | device();
  return seed;
}

}  // namespace

RequestIdSource::RequestIdSource() : state_{seed_from_kernel()} {}

std::uint64_t RequestIdSource::draw() {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

RequestIdSource::Id RequestIdSource::next() {
  Id id;
  for (std::size_t half = 0; half < 2; ++half) {
    std::uint64_t bits = draw();
    for (std::size_t i = 0; i < 16; ++i, bits >>= 4) id[half * 16 + i] = "0123456789abcdef"[bits & 0xf];
  }
  return id;
}

bool is_valid_request_id(std::string_view id) {
  static constexpr std::string_view punctuation = "._+/=-";
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return base::is_alpha(c) || base::is_digit(c) || punctuation.find(c) != std::string_view::npos;
  });
}

}  // namespace headgate::http
