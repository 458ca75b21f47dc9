#include "net/stream.hpp"

#include <algorithm>
#include <utility>

namespace headgate::net {

Stream::Stream(DeadlineWheel& wheel)
    : read_deadline_{wheel,
                     [](void* self) {
                       auto& stream = *static_cast<Stream*>(self);
                       if (stream.reader_) return stream.finish_read({0, ETIMEDOUT});
                       stream.notify_watch();
                     },
                     this},
      write_deadline_{wheel, [](void* self) { static_cast<Stream*>(self)->finish_write(ETIMEDOUT); }, this} {}

void Stream::watch(std::chrono::milliseconds limit, Deadline::Callback callback, void* context) {
  watch_ = callback;
  watch_context_ = context;
  read_deadline_.arm(limit);
}

void Stream::unwatch() {
  watch_ = nullptr;
  read_deadline_.disarm();
}

void Stream::notify_watch() {
  read_deadline_.disarm();
  if (const auto callback = std::exchange(watch_, nullptr)) callback(watch_context_);
}

void Stream::finish_read(IoResult result) {
  result_ = result;
  read_deadline_.disarm();
  if (reader_) std::exchange(reader_, {}).resume();
}

void Stream::finish_write(int error) {
  write_error_ = error;
  write_deadline_.disarm();
  if (writer_) std::exchange(writer_, {}).resume();
}

void Stream::became_readable() {
  may_read_ = true;
  if (!reader_) return notify_watch();
  if (space_.empty()) return finish_read({1, 0});
  const IoResult got = try_read(space_);
  if (got.error != EAGAIN) finish_read(got);
}

void Stream::became_writable() {
  if (writer_) finish_write(0);
}

void Stream::interrupt(int error) {
  // Either coroutine may end the other's wait, or destroy the stream, when it goes on: take both first.
  const auto reader = std::exchange(reader_, {});
  const auto writer = std::exchange(writer_, {});
  if (reader) {
    result_ = {0, error};
    read_deadline_.disarm();
  }
  if (writer) {
    write_error_ = error;
    write_deadline_.disarm();
  }
  if (writer) writer.resume();
  if (reader) reader.resume();
}

void Stream::close() {
  do_close();
  interrupt(ECANCELED);
}

void Stream::reset() {
  do_reset();
  interrupt(ECANCELED);
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
      const int waited = co_await WritableAwaiter{*this, idle};
      if (waited != 0) co_return waited;
      const iovec vector{const_cast<char*>(rest.data()), rest.size()};
      const IoResult written = try_write({&vector, 1});
      if (written.error != 0 && written.error != EAGAIN) co_return written.error;
      rest.remove_prefix(written.bytes);
    }
  }
  co_return 0;
}

}  // namespace headgate::net
