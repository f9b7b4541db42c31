#include "sextant/kernel/quantity.h"

#include <gtest/gtest.h>

#include <concepts>
#include <type_traits>

namespace sextant {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
};

TEST(Quantity, MultipliesAndDividesDimensions) {
  static_assert(std::same_as<decltype(Bytes() / BytesPerSecond()), Seconds>);
  static_assert(std::same_as<decltype(FlopsPerSecond() * Seconds()), Flops>);
  static_assert(std::same_as<decltype(Watts() * Seconds()), Joules>);
  static_assert(std::same_as<decltype(Bytes() / Bytes()), double>);
  static_assert(std::same_as<decltype(1.0 / Seconds()), PerSecond>);
  EXPECT_EQ(Bytes(10) / BytesPerSecond(4), Seconds(2.5));
}

TEST(Quantity, DoesNotMixDimensions) {
  static_assert(Addable<Bytes, Bytes>);
  static_assert(!Addable<Bytes, FlopsPerSecond>);
  static_assert(!Addable<Seconds, double>);
  static_assert(!Comparable<Bytes, Seconds>);
  static_assert(!std::convertible_to<double, Seconds>);
  static_assert(!std::convertible_to<Seconds, double>);
}

TEST(Quantity, IsABareDouble) {
  static_assert(sizeof(Seconds) == sizeof(double));
  static_assert(std::is_trivially_copyable_v<Seconds>);
}

TEST(Quantity, Computes) {
  Seconds time(3);
  time += Seconds(2);
  time -= Seconds(1);
  time *= 3;
  time /= 2;
  EXPECT_EQ(time, Seconds(6));
  EXPECT_EQ(-time, Seconds(-6));
  EXPECT_LT(Seconds(5), time);
  EXPECT_EQ(2 * kMinute, Seconds(120));
}

}  // namespace
}  // namespace sextant
