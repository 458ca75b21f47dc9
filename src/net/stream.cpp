#include "net/stream.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace headgate::net {

void StreamDisposer::operator()(Stream* stream) const noexcept {
  if (stream == nullptr) return;
  stream->disposed_ = true;
  stream->reader_ = nullptr;
  stream->writer_ = nullptr;
  stream->observer_ = nullptr;
  stream->close();
  stream->release_if_unused();
}

Stream::Stream(DeadlineWheel& wheel)
    : read_deadline_{wheel,
                     [](void* self) {
                       auto& stream = *static_cast<Stream*>(self);
                       stream.read_expired_ = true;
                       stream.cancel();
                     },
                     this},
      write_deadline_{wheel,
                      [](void* self) {
                        auto& stream = *static_cast<Stream*>(self);
                        stream.write_expired_ = true;
                        stream.cancel();
                      },
                      this} {}

void Stream::start_read(std::span<char> space) {
  read_state_ = ReadState::under_way;
  read_expired_ = false;
  do_read(space);
}

void Stream::start_wait() {
  read_state_ = ReadState::under_way;
  read_expired_ = false;
  do_wait();
}

IoResult Stream::take_read() noexcept {
  read_state_ = ReadState::none;
  read_deadline_.disarm();
  return read_result_;
}

void Stream::complete_read(IoResult result) {
  if (read_expired_ && result.error == ECANCELED) result.error = ETIMEDOUT;
  read_result_ = result;
  read_state_ = ReadState::done;
  if (disposed_) return release_if_unused();
  if (reader_) return std::exchange(reader_, {}).resume();
  if (observer_ != nullptr) observer_(observer_context_);
}

void Stream::complete_write(IoResult result) {
  if (write_expired_ && result.error == ECANCELED) result.error = ETIMEDOUT;
  write_result_ = result;
  writing_ = false;
  if (disposed_) return release_if_unused();
  if (writer_) std::exchange(writer_, {}).resume();
}

void Stream::release_if_unused() {
  if (read_state_ != ReadState::under_way && !writing_) delete this;
}

base::Task<int> Stream::write(const Pieces& pieces, std::chrono::milliseconds idle) {
  std::array<iovec, std::tuple_size_v<Pieces>> vectors;
  std::size_t count = 0;
  std::size_t total = 0;
  for (const std::string_view piece : pieces) {
    if (piece.empty()) continue;
    vectors[count++] = {const_cast<char*>(piece.data()), piece.size()};
    total += piece.size();
  }
  if (total == 0) return base::Task<int>::ready(0);
  const IoResult sent = try_write({vectors.data(), count});
  if (sent.error != 0 && sent.error != EAGAIN) return base::Task<int>::ready(sent.error);
  if (sent.bytes == total) return base::Task<int>::ready(0);
  return write_rest(pieces, sent.bytes, idle);
}

base::Task<int> Stream::write_rest(Pieces pieces, std::size_t sent, std::chrono::milliseconds idle) {
  for (std::string_view rest : pieces) {
    const std::size_t gone = std::min(sent, rest.size());
    rest.remove_prefix(gone);
    sent -= gone;
    while (!rest.empty()) {
      write_expired_ = false;
      write_deadline_.arm(idle);
      const IoResult written = co_await WriteAwaiter{*this, rest};
      write_deadline_.disarm();
      if (written.error != 0) co_return written.error;
      rest.remove_prefix(written.bytes);
    }
  }
  co_return 0;
}

}  // namespace headgate::net
