#include "http/http2_flood.hpp"

#include <algorithm>

namespace headgate::http {

Cause Http2FloodGuard::count(Http2Event event, std::chrono::milliseconds now) {
  if (now >= ends_) {
    ends_ = now + span;
    resets_seen_ = control_seen_ = 0;
  }
  switch (event) {
    case Http2Event::explanation:
      explained_ = std::min(explained_ + reactions, control_);
      return Cause::none;
    case Http2Event::reset:
      return ++resets_seen_ > resets_ ? Cause::http2_reset_flood : Cause::none;
    case Http2Event::reaction:
      if (explained_ != 0) {
        --explained_;
        return Cause::none;
      }
      [[fallthrough]];
    case Http2Event::control:
      break;
  }
  return ++control_seen_ > control_ ? Cause::http2_control_flood : Cause::none;
}

}  // namespace headgate::http
