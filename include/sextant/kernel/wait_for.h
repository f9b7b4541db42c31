#pragma once

#include <array>
#include <coroutine>
#include <cstddef>

#include "sextant/kernel/process_state.h"

namespace sextant {

/// The awaiter of everything but a plain delay: waits for some or all of N conditions. Its nodes
/// stand in the lists while the process is suspended; ProcessState takes them out.
template <std::size_t N>
class [[nodiscard]] WaitFor {
  static_assert(N >= 1 && N <= 256, "a branch is numbered by 8 bits");

 public:
  /// For one condition.
  explicit WaitFor(const Condition& condition) requires(N == 1)
      : conditions_{condition}, needed_(1) {}
  WaitFor(const std::array<Condition, N>& conditions, std::uint16_t needed)
      : conditions_(conditions), needed_(needed) {}

  bool await_ready() const { return false; }
  template <class Promise>
  bool await_suspend(std::coroutine_handle<Promise> coroutine) {
    process_ = coroutine.promise().process;
    return process_->wait_for(conditions_, nodes_, needed_);
  }
  Wake await_resume() const { return process_->wake; }

 private:
  std::array<Condition, N> conditions_;
  std::array<WaitNode, N> nodes_;
  std::uint16_t needed_;
  ProcessState* process_ = nullptr;
};

/// Waits until the first of the arguments comes: delays, events, processes, requests. The others
/// are no longer waited for. `Wake::index()` says which it was; of those that have already come,
/// the first in order of the arguments. Await it in the same statement.
///
///     const Wake wake = co_await any_of(delay(patience), server);
template <class... Conditions>
auto any_of(const Conditions&... conditions) {
  return WaitFor<sizeof...(Conditions)>(
      std::array<Condition, sizeof...(Conditions)>{Condition(conditions)...}, 1);
}

/// Waits until all of the arguments have come, or an interrupt.
template <class... Conditions>
auto all_of(const Conditions&... conditions) {
  return WaitFor<sizeof...(Conditions)>(
      std::array<Condition, sizeof...(Conditions)>{Condition(conditions)...},
      sizeof...(Conditions));
}

}  // namespace sextant
