// The coroutine type of the data path: lazy, single-threaded, without a scheduler. Against asio::awaitable it saves a
// frame and two executor hops for each operation, and a Task can hold a ready value without a frame at all:
//
//   Task<Error> write(...) { if (all bytes went out at once) return Task<Error>::ready({}); return write_rest(...); }
//
// A child that finishes without waiting hands control back as a plain return, so loops do not grow the stack.
//
// g++ 12.2 makes a coroutine that never begins of a body with both `if (!co_await a()) co_return x;` and
// `co_return co_await b();`: name the result of b() and return that.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/frame_pool.hpp"

namespace headgate::base {

template <class T>
class Task;

namespace detail {

struct PromiseBase {
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* frame, std::size_t size) noexcept { release_frame(frame, size); }

  struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      auto& promise = self.promise();
      if (promise.starting || !promise.continuation) return std::noop_coroutine();
      return promise.continuation;
    }
    void await_resume() const noexcept {}
  };

  [[nodiscard]] std::suspend_always initial_suspend() const noexcept { return {}; }
  [[nodiscard]] FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
  void rethrow() const {
    if (exception) std::rethrow_exception(exception);
  }

  std::coroutine_handle<> continuation;
  std::exception_ptr exception;
  bool starting = false;  ///< inside the first resume(): whoever started it looks at done() itself
};

template <class T>
struct Promise : PromiseBase {
  Task<T> get_return_object() noexcept;
  template <class U>
  void return_value(U&& v) {
    value.emplace(std::forward<U>(v));
  }
  T take() {
    rethrow();
    return std::move(*value);
  }
  std::optional<T> value;
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object() noexcept;
  void return_void() const noexcept {}
  void take() const { rethrow(); }
};

struct Nothing {};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;
  using Ready = std::conditional_t<std::is_void_v<T>, detail::Nothing, T>;

  Task() = default;
  explicit Task(Handle handle) noexcept : handle_{handle} {}
  Task(Task&& other) noexcept : handle_{std::exchange(other.handle_, {})}, ready_{std::move(other.ready_)} {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      destroy();
      handle_ = std::exchange(other.handle_, {});
      ready_ = std::move(other.ready_);
    }
    return *this;
  }
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  ~Task() { destroy(); }

  /// A finished task, without a coroutine.
  static Task ready(Ready value = {}) {
    Task task;
    task.ready_.emplace(std::move(value));
    return task;
  }

  /// Runs it up to its first wait; join() or destruction must follow.
  void start() {
    if (!handle_) return;
    auto& promise = handle_.promise();
    promise.starting = true;
    handle_.resume();
    promise.starting = false;
  }
  [[nodiscard]] bool started() const { return handle_ || ready_.has_value(); }
  [[nodiscard]] bool done() const { return ready_.has_value() || (handle_ && handle_.done()); }

  /// The value of a task made by ready(); only when is_ready().
  [[nodiscard]] bool is_ready() const { return ready_.has_value(); }
  [[nodiscard]] const Ready& ready_value() const { return *ready_; }

  /// Waits for the end of a task that start() began.
  auto join() { return Awaiter{*this, false}; }
  auto operator co_await() && { return Awaiter{*this, true}; }

 private:
  struct Awaiter {
    Task& task;
    bool begin;
    [[nodiscard]] bool await_ready() const noexcept { return task.done(); }
    bool await_suspend(std::coroutine_handle<> parent) {
      task.handle_.promise().continuation = parent;
      if (!begin) return true;
      task.start();
      return !task.handle_.done();
    }
    T await_resume() {
      if constexpr (std::is_void_v<T>) {
        if (task.handle_) task.handle_.promise().take();
      } else {
        if (task.ready_) return std::move(*task.ready_);
        return task.handle_.promise().take();
      }
    }
  };

  void destroy() {
    if (handle_) handle_.destroy();
  }

  Handle handle_;
  std::optional<Ready> ready_;
};

namespace detail {
template <class T>
Task<T> Promise<T>::get_return_object() noexcept {
  return Task<T>{std::coroutine_handle<Promise<T>>::from_promise(*this)};
}
inline Task<void> Promise<void>::get_return_object() noexcept {
  return Task<void>{std::coroutine_handle<Promise<void>>::from_promise(*this)};
}
}  // namespace detail

/// A coroutine that owns itself: it starts at once and frees its frame at its end. Only for the root of a unit of work
/// that somebody counts (a session, a background upload). An exception that leaves it ends the process: roots catch.
struct Detached {
  struct promise_type {
    static void* operator new(std::size_t size) { return allocate_frame(size); }
    static void operator delete(void* frame, std::size_t size) noexcept { release_frame(frame, size); }
    [[nodiscard]] Detached get_return_object() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
    [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }
  };
};

}  // namespace headgate::base
