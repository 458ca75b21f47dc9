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
      write_deadline_{wheel, [](void* self) { static_cast<Stream*>(self)->write_overdue(); }, this} {}

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

/// A full socket tells of room only once a third of it is free, which may be megabytes: a slow peer takes its time.
std::uint64_t Stream::took_at() {
  if (!writer_ || backlog_ == 0) return took_at_;
  const std::size_t left = backlog();
  if (left < backlog_) took_at_ = write_deadline_.wheel().now();
  backlog_ = left;
  return took_at_;
}

void Stream::write_overdue() {
  const std::uint64_t taken = took_at();
  const auto passed = write_deadline_.wheel().since(taken);
  if (taken == 0 || passed >= write_limit_) return finish_write(ETIMEDOUT);
  write_deadline_.arm(write_limit_ - passed);
}

void Stream::became_readable() {
  may_read_ = true;
  if (!reader_) return notify_watch();
  if (space_.empty()) return finish_read({1, 0});
  const IoResult got = try_read(space_);
  if (got.error != EAGAIN) finish_read(got);
}

void Stream::read_on() {
  if (!reader_ || !may_read_ || (space_.empty() && look() == Peer::silent)) return;
  became_readable();
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

namespace {

/// What is left of the pieces, as the kernel takes it.
struct Vectors {
  explicit Vectors(const Pieces& pieces) {
    for (const std::string_view piece : pieces) {
      if (piece.empty()) continue;
      all[count++] = {const_cast<char*>(piece.data()), piece.size()};
      bytes += piece.size();
    }
  }
  [[nodiscard]] std::span<const iovec> view() const { return {all.data(), count}; }

  std::array<iovec, std::tuple_size_v<Pieces>> all;
  std::size_t count = 0;
  std::size_t bytes = 0;
};

void drop_front(Pieces& pieces, std::size_t bytes) {
  for (std::string_view& piece : pieces) {
    const std::size_t gone = std::min(bytes, piece.size());
    piece.remove_prefix(gone);
    bytes -= gone;
  }
}

}  // namespace

IoResult Stream::try_write_plain(std::string_view bytes) {
  const iovec piece{const_cast<char*>(bytes.data()), bytes.size()};
  return try_write({&piece, 1});
}

base::Task<int> Stream::write(const Pieces& pieces, std::chrono::milliseconds idle) {
  const Vectors vectors{pieces};
  if (vectors.bytes == 0) return base::Task<int>::ready(0);
  const IoResult sent = try_write(vectors.view());
  if (sent.error != 0 && sent.error != EAGAIN) return base::Task<int>::ready(sent.error);
  if (sent.bytes != vectors.bytes) return write_rest(pieces, sent.bytes, idle);
  return turn_is_over() ? next_turn(idle) : base::Task<int>::ready(0);
}

base::Task<int> Stream::next_turn(std::chrono::milliseconds idle) { co_return co_await WritableAwaiter{*this, idle}; }

base::Task<int> Stream::write_rest(Pieces pieces, std::size_t sent, std::chrono::milliseconds idle) {
  for (;;) {
    drop_front(pieces, sent);
    // The last write came up short, so the socket is full and the room to come will be told.
    backlog_ = backlog();
    const int waited = co_await WritableAwaiter{*this, idle};
    if (waited != 0) co_return waited;
    took_at_ = write_deadline_.wheel().now();
    const Vectors vectors{pieces};
    const IoResult written = try_write(vectors.view());
    if (written.error != 0 && written.error != EAGAIN) co_return written.error;
    if (written.bytes == vectors.bytes) co_return 0;
    sent = written.bytes;
  }
}

}  // namespace headgate::net
