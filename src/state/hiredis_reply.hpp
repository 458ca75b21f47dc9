// Where values of hiredis become ours, and the bounds that hiredis itself does not set.
#pragma once

#include <hiredis/hiredis.h>

#include <cstddef>

#include "state/redis_reply.hpp"

namespace headgate::state {

/// A reply that is larger is nonsense: we never ask for as much.
inline constexpr std::size_t max_reply_bytes = 8U * 1024 * 1024;
inline constexpr int max_reply_elements = 4096;

RedisReply to_reply(const redisReply& reply);

/// hiredis allocates what an array's head announces and aborts the process when it cannot; this refuses such an array.
void bound_arrays(redisReader& reader);

}  // namespace headgate::state
