#pragma once

#include <compare>
#include <cstdint>
#include <limits>

#include "sextant/kernel/quantity.h"

namespace sextant {

/// A length of simulated time in integer nanoseconds: up to 292 years. Sums saturate at `never()`,
/// which is longer than any simulation: a process that waits so long waits for ever.
class SimDuration {
 public:
  constexpr SimDuration() = default;
  explicit constexpr SimDuration(std::int64_t nanoseconds) : ns_(nanoseconds) {}

  /// The nearest nanosecond, ties away from zero; `never()` above 292 years. Round once, where a
  /// computed duration enters the simulation, and not its parts. Asserts that it is a number and
  /// above -292 years.
  static SimDuration rounded(Seconds duration);

  static constexpr SimDuration never() {
    return SimDuration(std::numeric_limits<std::int64_t>::max());
  }

  constexpr std::int64_t ns() const { return ns_; }
  constexpr bool is_never() const { return *this == never(); }

  /// In seconds, to 53 bits; `never()` is infinity.
  constexpr Seconds seconds() const {
    if (is_never()) return Seconds(std::numeric_limits<double>::infinity());
    return Seconds(static_cast<double>(ns_) * 1e-9);
  }

  friend constexpr SimDuration operator+(SimDuration a, SimDuration b) {
    return SimDuration(saturating_sum(a.ns_, b.ns_));
  }
  friend constexpr SimDuration operator-(SimDuration a, SimDuration b) {
    if (a.is_never()) return a;
    return SimDuration(saturating_sum(a.ns_, -b.ns_));
  }
  friend constexpr SimDuration operator*(SimDuration a, std::int64_t k) {
    std::int64_t product = 0;
    if (!__builtin_mul_overflow(a.ns_, k, &product)) return SimDuration(product);
    return (a.ns_ < 0) == (k < 0) ? never() : SimDuration(kLowest);
  }
  friend constexpr SimDuration operator*(std::int64_t k, SimDuration a) { return a * k; }
  constexpr SimDuration& operator+=(SimDuration other) { return *this = *this + other; }
  constexpr SimDuration& operator-=(SimDuration other) { return *this = *this - other; }
  friend constexpr auto operator<=>(SimDuration, SimDuration) = default;

  /// a + b, held at the ends of the range.
  static constexpr std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
    std::int64_t sum = 0;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return a > 0 ? never().ns_ : kLowest;
  }

 private:
  static constexpr std::int64_t kLowest = -std::numeric_limits<std::int64_t>::max();

  std::int64_t ns_ = 0;
};

/// A point of simulated time: integer nanoseconds since the start of the simulation.
class SimTime {
 public:
  constexpr SimTime() = default;
  explicit constexpr SimTime(std::int64_t nanoseconds) : ns_(nanoseconds) {}

  static constexpr SimTime never() { return SimTime(SimDuration::never().ns()); }

  constexpr std::int64_t ns() const { return ns_; }
  constexpr SimDuration since_start() const { return SimDuration(ns_); }
  /// Seconds since the start, to 53 bits; `never()` is infinity.
  constexpr Seconds seconds() const { return since_start().seconds(); }

  friend constexpr SimTime operator+(SimTime t, SimDuration d) {
    return SimTime(SimDuration::saturating_sum(t.ns_, d.ns()));
  }
  friend constexpr SimTime operator-(SimTime t, SimDuration d) {
    return SimTime((t.since_start() - d).ns());
  }
  friend constexpr SimDuration operator-(SimTime a, SimTime b) {
    return a.since_start() - b.since_start();
  }
  constexpr SimTime& operator+=(SimDuration d) { return *this = *this + d; }
  friend constexpr auto operator<=>(SimTime, SimTime) = default;

 private:
  std::int64_t ns_ = 0;
};

}  // namespace sextant
