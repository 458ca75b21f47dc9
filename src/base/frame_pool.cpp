#include "base/frame_pool.hpp"

#include <array>
#include <new>

namespace headgate::base {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool recycling = false;  // let the sanitizer see every use after free
#else
constexpr bool recycling = true;
#endif

constexpr std::size_t step = 64;
constexpr std::size_t classes = 128;          // up to 8 KiB
constexpr std::size_t kept_per_class = 1024;  // bounds what a burst leaves behind

struct FreeFrame {
  FreeFrame* next;
};

class FreeLists {
 public:
  FreeLists() = default;
  FreeLists(const FreeLists&) = delete;
  FreeLists& operator=(const FreeLists&) = delete;
  ~FreeLists() {
    for (auto& list : lists_) {
      while (list.head != nullptr) {
        FreeFrame* frame = list.head;
        list.head = frame->next;
        ::operator delete(frame);
      }
    }
  }

  void* take(std::size_t index) {
    auto& list = lists_[index];
    if (list.head == nullptr) return ::operator new((index + 1) * step);
    FreeFrame* frame = list.head;
    list.head = frame->next;
    --list.count;
    return frame;
  }

  void give(void* memory, std::size_t index) noexcept {
    auto& list = lists_[index];
    if (list.count == kept_per_class) return ::operator delete(memory);
    list.head = new (memory) FreeFrame{list.head};
    ++list.count;
  }

 private:
  struct List {
    FreeFrame* head = nullptr;
    std::size_t count = 0;
  };
  std::array<List, classes> lists_{};
};

thread_local FreeLists free_lists;

}  // namespace

void* allocate_frame(std::size_t size) {
  const std::size_t index = (size - 1) / step;
  if (!recycling || index >= classes) return ::operator new(size);
  return free_lists.take(index);
}

void release_frame(void* frame, std::size_t size) noexcept {
  const std::size_t index = (size - 1) / step;
  if (!recycling || index >= classes) return ::operator delete(frame);
  free_lists.give(frame, index);
}

}  // namespace headgate::base
