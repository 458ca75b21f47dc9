#include "state/hiredis_reply.hpp"

#include <hiredis/read.h>

namespace headgate::state {
namespace {

/// As redisReaderCreate() sets them.
redisReplyObjectFunctions default_functions() {
  redisReader* const reader = redisReaderCreate();
  const redisReplyObjectFunctions functions = *reader->fn;
  redisReaderFree(reader);
  return functions;
}

const redisReplyObjectFunctions& originals() {
  static const redisReplyObjectFunctions functions = default_functions();
  return functions;
}

void* create_bounded_array(const redisReadTask* task, int elements) {
  return elements > max_reply_elements ? nullptr : originals().createArray(task, elements);
}

}  // namespace

RedisReply to_reply(const redisReply& reply) {
  using Kind = RedisReply::Kind;
  RedisReply out;
  switch (reply.type) {
    case REDIS_REPLY_STATUS:
      out.kind = Kind::status;
      break;
    case REDIS_REPLY_STRING:
      out.kind = Kind::text;
      break;
    case REDIS_REPLY_ERROR:
      out.kind = Kind::error;
      break;
    case REDIS_REPLY_INTEGER:
      out.kind = Kind::integer;
      out.integer = reply.integer;
      return out;
    case REDIS_REPLY_ARRAY:
      out.kind = Kind::array;
      for (std::size_t i = 0; i < reply.elements; ++i) out.elements.push_back(to_reply(*reply.element[i]));
      return out;
    default:
      return out;
  }
  out.text.assign(reply.str, reply.len);
  return out;
}

void bound_arrays(redisReader& reader) {
  static redisReplyObjectFunctions bounded = [] {
    redisReplyObjectFunctions functions = originals();
    functions.createArray = create_bounded_array;
    return functions;
  }();
  reader.fn = &bounded;
}

}  // namespace headgate::state
