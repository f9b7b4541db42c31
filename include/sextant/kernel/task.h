#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/process.h"

namespace sextant {

template <class T>
class Task;

/// The part of a task's promise that does not depend on its value. The run loop resumes
/// `ProcessState::leaf` until the process waits, so calls and returns need no symmetric transfer,
/// and no stack, at any optimisation level.
struct TaskPromise : CoroutinePromise {
  struct Return {
    bool await_ready() const noexcept { return false; }
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> self) const noexcept {
      TaskPromise& promise = self.promise();
      promise.process->leaf = promise.caller;
    }
    void await_resume() const noexcept {}
  };

  Return final_suspend() const noexcept { return {}; }
  void unhandled_exception() { exception = std::current_exception(); }

  std::coroutine_handle<> caller;
  std::exception_ptr exception;
};

template <class T>
struct TypedTaskPromise : TaskPromise {
  std::optional<T> value;

  Task<T> get_return_object();
  template <class U>
  void return_value(U&& result) {
    value.emplace(std::forward<U>(result));
  }
  T take() { return std::move(*value); }
};

template <>
struct TypedTaskPromise<void> : TaskPromise {
  Task<void> get_return_object();
  void return_void() const {}
  void take() const {}
};

/// A part of a process with a name of its own, and a value: `const Outcome o = co_await save(...)`.
/// It starts when it is awaited and runs as part of the process that awaits it: interrupts arrive
/// at its innermost wait. Exceptions pass to the caller. Await it once.
template <class T = void>
class [[nodiscard]] Task {
 public:
  using promise_type = TypedTaskPromise<T>;
  using Frame = std::coroutine_handle<promise_type>;

  explicit Task(Frame frame) : frame_(frame) {}
  Task(Task&& other) noexcept : frame_(std::exchange(other.frame_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~Task() {
    if (frame_) frame_.destroy();
  }

  bool await_ready() const { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> caller) {
    SEXTANT_ASSERT(frame_ && !frame_.promise().caller, "a task is awaited once");
    promise_type& promise = frame_.promise();
    promise.caller = caller;
    promise.process = caller.promise().process;
    promise.process->leaf = frame_;
  }
  T await_resume() {
    promise_type& promise = frame_.promise();
    if (promise.exception) std::rethrow_exception(promise.exception);
    return promise.take();
  }

 private:
  Frame frame_;
};

template <class T>
Task<T> TypedTaskPromise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<TypedTaskPromise>::from_promise(*this));
}

inline Task<void> TypedTaskPromise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<TypedTaskPromise>::from_promise(*this));
}

}  // namespace sextant
