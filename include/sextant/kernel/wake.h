#pragma once

#include <cstdint>
#include <type_traits>

namespace sextant {

/// What one process tells another when it interrupts it: a cause from an enum of the model, and
/// what it is about (a node, a job).
class Interrupt {
 public:
  constexpr Interrupt() = default;
  template <class Enum>
  requires std::is_enum_v<Enum>
  explicit constexpr Interrupt(Enum cause, std::int64_t subject = 0)
      : subject_(subject), cause_(static_cast<std::int32_t>(cause)) {}

  template <class Enum>
  requires std::is_enum_v<Enum>
  constexpr Enum cause() const { return static_cast<Enum>(cause_); }
  constexpr std::int64_t subject() const { return subject_; }

 private:
  friend class Wake;
  constexpr Interrupt(std::int32_t cause, std::int64_t subject)
      : subject_(subject), cause_(cause) {}

  std::int64_t subject_ = 0;
  std::int32_t cause_ = 0;
};

/// Why a `co_await` returned: what was waited for has come, or the process was interrupted.
///
///     const Wake wake = co_await any_of(delay(restart_time), repaired);
///     if (wake.interrupted()) co_return give_up(wake.interrupt().cause<Stop>());
///     if (wake.index() == 1) ...  // repaired came first
class [[nodiscard]] Wake {
 public:
  constexpr Wake() = default;
  explicit constexpr Wake(std::int32_t index) : index_(index) {}
  explicit constexpr Wake(Interrupt interrupt)
      : subject_(interrupt.subject()), cause_(interrupt.cause_), index_(kInterrupted) {}

  constexpr bool interrupted() const { return index_ == kInterrupted; }
  /// The interrupt; meaningful only when `interrupted()`.
  constexpr Interrupt interrupt() const { return Interrupt(cause_, subject_); }
  /// Which argument of `any_of` came first, from 0; -1 when interrupted.
  constexpr std::int32_t index() const { return index_; }

 private:
  static constexpr std::int32_t kInterrupted = -1;

  std::int64_t subject_ = 0;
  std::int32_t cause_ = 0;
  std::int32_t index_ = 0;
};

}  // namespace sextant
