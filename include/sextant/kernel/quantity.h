#pragma once

#include <compare>

namespace sextant {

/// A number with a dimension, held in SI base units: bytes, floating-point operations, seconds,
/// joules, US dollars and grams of CO2 equivalent. The template arguments are the exponents, so
/// that `Bytes / BytesPerSecond` is `Seconds` and `Bytes + Seconds` does not compile.
/// It compiles to the bare double.
template <int B, int F, int S, int J, int U, int G>
class Quantity {
 public:
  constexpr Quantity() = default;
  explicit constexpr Quantity(double si) : si_(si) {}

  /// The number in base units: B, flop, s, J, USD, g and their products.
  constexpr double si() const { return si_; }

  constexpr Quantity& operator+=(Quantity other) {
    si_ += other.si_;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity other) {
    si_ -= other.si_;
    return *this;
  }
  constexpr Quantity& operator*=(double factor) {
    si_ *= factor;
    return *this;
  }
  constexpr Quantity& operator/=(double divisor) {
    si_ /= divisor;
    return *this;
  }

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.si_ + b.si_); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.si_ - b.si_); }
  friend constexpr Quantity operator-(Quantity a) { return Quantity(-a.si_); }
  friend constexpr Quantity operator*(Quantity a, double k) { return Quantity(a.si_ * k); }
  friend constexpr Quantity operator*(double k, Quantity a) { return Quantity(a.si_ * k); }
  friend constexpr Quantity operator/(Quantity a, double k) { return Quantity(a.si_ / k); }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  double si_ = 0.0;
};

/// A product or quotient in which every dimension cancels is a plain double.
template <int B, int F, int S, int J, int U, int G>
constexpr auto make_quantity(double si) {
  if constexpr (B == 0 && F == 0 && S == 0 && J == 0 && U == 0 && G == 0) {
    return si;
  } else {
    return Quantity<B, F, S, J, U, G>(si);
  }
}

template <int B1, int F1, int S1, int J1, int U1, int G1, int B2, int F2, int S2, int J2, int U2,
          int G2>
constexpr auto operator*(Quantity<B1, F1, S1, J1, U1, G1> a, Quantity<B2, F2, S2, J2, U2, G2> b) {
  return make_quantity<B1 + B2, F1 + F2, S1 + S2, J1 + J2, U1 + U2, G1 + G2>(a.si() * b.si());
}

template <int B1, int F1, int S1, int J1, int U1, int G1, int B2, int F2, int S2, int J2, int U2,
          int G2>
constexpr auto operator/(Quantity<B1, F1, S1, J1, U1, G1> a, Quantity<B2, F2, S2, J2, U2, G2> b) {
  return make_quantity<B1 - B2, F1 - F2, S1 - S2, J1 - J2, U1 - U2, G1 - G2>(a.si() / b.si());
}

template <int B, int F, int S, int J, int U, int G>
constexpr auto operator/(double k, Quantity<B, F, S, J, U, G> a) {
  return make_quantity<-B, -F, -S, -J, -U, -G>(k / a.si());
}

using Bytes = Quantity<1, 0, 0, 0, 0, 0>;
using Flops = Quantity<0, 1, 0, 0, 0, 0>;  ///< An amount of work; FlopsPerSecond is a rate.
using Seconds = Quantity<0, 0, 1, 0, 0, 0>;
using Joules = Quantity<0, 0, 0, 1, 0, 0>;
using Usd = Quantity<0, 0, 0, 0, 1, 0>;
using GramsCo2e = Quantity<0, 0, 0, 0, 0, 1>;
using BytesPerSecond = Quantity<1, 0, -1, 0, 0, 0>;
using FlopsPerSecond = Quantity<0, 1, -1, 0, 0, 0>;
using Watts = Quantity<0, 0, -1, 1, 0, 0>;
using PerSecond = Quantity<0, 0, -1, 0, 0, 0>;
using UsdPerSecond = Quantity<0, 0, -1, 0, 1, 0>;
using UsdPerByte = Quantity<-1, 0, 0, 0, 1, 0>;
using UsdPerByteSecond = Quantity<-1, 0, -1, 0, 1, 0>;
using GramsCo2ePerJoule = Quantity<0, 0, 0, -1, 0, 1>;

inline constexpr Seconds kMicrosecond{1e-6};
inline constexpr Seconds kMinute{60.0};
inline constexpr Seconds kHour{3600.0};
inline constexpr Seconds kDay{86400.0};

}  // namespace sextant
