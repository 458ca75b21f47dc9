#include "http/http2_frame_progress.hpp"

#include <nghttp2/nghttp2.h>

#include <algorithm>

namespace headgate::http {

void Http2FrameProgress::advance(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t wanted = head_bytes_ < head_size ? head_size - head_bytes_ : payload_;
    const std::size_t came = std::min(wanted, bytes.size());
    if (head_bytes_ < head_size) {
      std::copy_n(bytes.begin(), came, head_.begin() + static_cast<std::ptrdiff_t>(head_bytes_));
      head_bytes_ += came;
      if (head_bytes_ == head_size) begin();
    } else {
      payload_ -= came;
    }
    bytes.remove_prefix(came);
    if (head_bytes_ == head_size && payload_ == 0) end();
  }
}

void Http2FrameProgress::begin() { payload_ = std::size_t{head_[0]} << 16U | std::size_t{head_[1]} << 8U | head_[2]; }

void Http2FrameProgress::end() {
  const std::uint8_t type = head_[3];
  const bool section = type == NGHTTP2_HEADERS || type == NGHTTP2_CONTINUATION;
  section_open_ = section && (head_[4] & NGHTTP2_FLAG_END_HEADERS) == 0;
  if (!section_open_) ++completed_;
  head_bytes_ = 0;
}

bool Http2FrameProgress::in_data() const {
  return head_bytes_ == head_size && head_[3] == NGHTTP2_DATA && completed_ != 0;
}

}  // namespace headgate::http
