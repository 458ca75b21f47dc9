#include "observe/log_writer.hpp"

#include <array>
#include <cstring>
#include <type_traits>

namespace headgate::observe {
namespace {

constexpr std::uint16_t truncated_bit = 0x8000;
using TextSizes = std::array<std::uint16_t, text_count>;  // size, with truncated_bit
constexpr std::size_t texts_at = sizeof(RecordNumbers) + sizeof(TextSizes);

static_assert(sizeof(LogRecord) + sizeof(TextSizes) <= RecordRing::max_block);
static_assert(std::is_trivially_copyable_v<RecordNumbers>);

}  // namespace

LogWriter::LogWriter(const LogSwitches& switches, std::uint16_t worker, std::size_t ring_bytes)
    : switches_{&switches}, worker_{worker}, ring_{ring_bytes} {}

void LogWriter::failure(const LogRecord& record) noexcept {
  if (enabled(record.level.value_or(default_level(record.cause)))) write(RecordKind::failure, record);
}

void LogWriter::access(const LogRecord& record) noexcept {
  if (access_enabled()) write(RecordKind::access, record);
}

void LogWriter::write(RecordKind kind, const LogRecord& record) noexcept {
  TextSizes sizes;
  std::size_t total = texts_at;
  std::size_t index = 0;
  for_each_text(record, [&](const auto& text) {
    total += text.view().size();
    sizes[index++] = static_cast<std::uint16_t>(text.view().size() | (text.truncated() ? truncated_bit : 0U));
  });

  std::byte* out = ring_.reserve(total);
  if (out == nullptr) {
    dropped_.store(dropped_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    return;
  }
  RecordNumbers numbers = record;
  numbers.kind = kind;
  numbers.worker = worker_;
  if (numbers.time == TimeStamp{}) {
    numbers.time = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
  std::memcpy(out, &numbers, sizeof numbers);
  std::memcpy(out + sizeof numbers, sizes.data(), sizeof sizes);
  out += texts_at;
  for_each_text(record, [&](const auto& text) {
    std::memcpy(out, text.view().data(), text.view().size());
    out += text.view().size();
  });
  ring_.commit();
}

const RecordView* LogWriter::front() noexcept {
  if (front_) return &*front_;
  const std::span<const std::byte> block = ring_.front();
  if (block.empty()) return nullptr;

  TextSizes sizes;
  RecordView& view = front_.emplace();
  // Before the texts: some may stand in the tail padding of RecordNumbers.
  std::memcpy(static_cast<RecordNumbers*>(&view), block.data(), sizeof(RecordNumbers));
  std::memcpy(sizes.data(), block.data() + sizeof(RecordNumbers), sizeof sizes);
  const char* next = reinterpret_cast<const char*>(block.data()) + texts_at;
  std::size_t index = 0;
  for_each_text(view, [&](TextView& text) {
    const std::uint16_t size = sizes[index++];
    text = {{next, static_cast<std::size_t>(size & ~truncated_bit)}, (size & truncated_bit) != 0};
    next += text.text.size();
  });
  return &view;
}

void LogWriter::pop() noexcept {
  front_.reset();
  ring_.pop();
}

}  // namespace headgate::observe
