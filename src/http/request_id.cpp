#include "http/request_id.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
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

/// The eight digits of `bits`, the lowest first in memory: all at once, a byte each.
std::uint64_t hex_digits(std::uint32_t bits) {
  std::uint64_t x = bits;
  x = (x | (x << 16)) & 0x0000ffff0000ffff;
  x = (x | (x << 8)) & 0x00ff00ff00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f0f0f0f0f;
  const std::uint64_t letters = ((x + 0x0606060606060606) >> 4) & 0x0101010101010101;
  return x + 0x3030303030303030 + letters * ('a' - '9' - 1);
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
  const std::uint64_t high = draw();
  const std::uint64_t low = draw();
  const std::array<std::uint64_t, 4> digits{
      hex_digits(static_cast<std::uint32_t>(high)), hex_digits(static_cast<std::uint32_t>(high >> 32)),
      hex_digits(static_cast<std::uint32_t>(low)), hex_digits(static_cast<std::uint32_t>(low >> 32))};
  Id id;
  static_assert(sizeof digits == sizeof id);
  std::memcpy(id.data(), digits.data(), sizeof digits);
  return id;
}

bool is_valid_request_id(std::string_view id) {
  static constexpr std::string_view punctuation = "._+/=-";
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), [](char c) {
    return base::is_alpha(c) || base::is_digit(c) || punctuation.find(c) != std::string_view::npos;
  });
}

}  // namespace headgate::http
