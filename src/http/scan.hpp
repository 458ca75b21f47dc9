// Fast scans over received bytes.
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <cstddef>

#include "base/ascii.hpp"

namespace headgate::http {

#if defined(__SSE2__)
/// Bit n: byte n of the 16 at `at` may not stand in a field value, or is a tab, which may.
inline unsigned value_ends_16(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
  const __m128i del = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x7f));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, del)));
}

/// Bit n: byte n of the 16 at `at` is neither a letter nor a hyphen, as nearly all bytes of field names are.
inline unsigned unusual_in_name_16(const char* at) {
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i from_a = _mm_sub_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
  const __m128i letter = _mm_cmpeq_epi8(_mm_min_epu8(from_a, _mm_set1_epi8(25)), from_a);
  const __m128i usual = _mm_or_si128(letter, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
  return ~static_cast<unsigned>(_mm_movemask_epi8(usual)) & 0xffffU;
}
#else
/// The same with plain arithmetic.
inline unsigned value_ends_16(const char* at) {
  unsigned found = 0;
  for (unsigned i = 0; i < 16; ++i)
    if (at[i] == '\t' || !base::is_field_value_char(at[i])) found |= 1U << i;
  return found;
}

inline unsigned unusual_in_name_16(const char* at) {
  unsigned found = 0;
  for (unsigned i = 0; i < 16; ++i)
    if (!base::is_alpha(at[i]) && at[i] != '-') found |= 1U << i;
  return found;
}
#endif

/// Offset of the first byte in [at, end) that is not `Allowed`, or `end`. `Suspects` picks out of 16 bytes those that
/// need a second look.
template <unsigned (*Suspects)(const char*), bool (*Allowed)(char)>
std::size_t find_end(const char* bytes, std::size_t at, std::size_t end) {
  while (end - at >= 16) {
    const unsigned found = Suspects(bytes + at);
    if (found == 0) {
      at += 16;
      continue;
    }
    at += static_cast<std::size_t>(std::countr_zero(found));
    if (!Allowed(bytes[at])) return at;
    ++at;
  }
  while (at < end && Allowed(bytes[at])) ++at;
  return at;
}

/// Offset of the first byte in [at, end) that a field value may not hold (CR, LF, NUL, ...), or `end`.
inline std::size_t find_value_end(const char* bytes, std::size_t at, std::size_t end) {
  return find_end<value_ends_16, base::is_field_value_char>(bytes, at, end);
}

/// Offset of the first byte in [at, end) that no token holds, or `end`.
inline std::size_t find_token_end(const char* bytes, std::size_t at, std::size_t end) {
  return find_end<unusual_in_name_16, base::is_token_char>(bytes, at, end);
}

}  // namespace headgate::http
