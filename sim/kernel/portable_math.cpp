#include "sextant/kernel/portable_math.h"

#include <array>
#include <bit>
#include <cfloat>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>

namespace sextant {
namespace {

static_assert(FLT_EVAL_METHOD == 0, "doubles are computed as doubles");

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

constexpr double from_bits(std::uint64_t bits) { return std::bit_cast<double>(bits); }
constexpr std::uint64_t to_bits(double x) { return std::bit_cast<std::uint64_t>(x); }

// --- Tables, computed by the compiler in pairs of doubles (Dekker 1971, Knuth) -----------------

/// The unevaluated sum hi + lo: about 106 bits.
struct Pair {
  double hi = 0;
  double lo = 0;
};

constexpr Pair exact_sum(double a, double b) {
  const double sum = a + b;
  const double b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

constexpr Pair split(double x) {
  const double scaled = x * 134217729.0;  // 2^27 + 1
  const double hi = scaled - (scaled - x);
  return {hi, x - hi};
}

constexpr Pair exact_product(double a, double b) {
  const double product = a * b;
  const Pair x = split(a);
  const Pair y = split(b);
  return {product, ((x.hi * y.hi - product) + x.hi * y.lo + x.lo * y.hi) + x.lo * y.lo};
}

constexpr Pair operator+(Pair a, Pair b) {
  const Pair sum = exact_sum(a.hi, b.hi);
  return exact_sum(sum.hi, sum.lo + a.lo + b.lo);
}

constexpr Pair operator*(Pair a, Pair b) {
  const Pair product = exact_product(a.hi, b.hi);
  return exact_sum(product.hi, product.lo + a.hi * b.lo + a.lo * b.hi);
}

constexpr Pair operator/(Pair a, double b) {
  const double quotient = a.hi / b;
  const Pair back = exact_product(quotient, b);
  return exact_sum(quotient, (a.hi - back.hi - back.lo + a.lo) / b);
}

/// log(numerator / denominator) = 2 atanh(t), t = (numerator - denominator) / (their sum).
constexpr Pair log_ratio(double numerator, double denominator) {
  const Pair t = Pair{numerator - denominator} / (numerator + denominator);
  const Pair square = t * t;
  Pair power = t + t;
  Pair sum{};
  for (int n = 1; power.hi > 1e-36 || power.hi < -1e-36; n += 2) {
    sum = sum + power / n;
    power = power * square;
  }
  return sum;
}

constexpr Pair kLog2 = log_ratio(2, 1);

/// `x` to the nearest multiple of 2^-41 and the rest: small multiples of the first part are exact.
constexpr Pair head_and_rest(Pair x) {
  const double head = (x.hi + 0x1.8p11) - 0x1.8p11;
  return {head, (x.hi - head) + x.lo};
}

constexpr std::size_t kTableBits = 7;
constexpr std::size_t kTableSize = std::size_t{1} << kTableBits;
constexpr std::uint64_t kTableMask = kTableSize - 1;

// --- Logarithm ----------------------------------------------------------------------------------
//
// x = 2^k z with z in [0.70, 1.40), cut into 128 intervals; c is the middle of the interval of z.
// log x = k log 2 + log c' + log(1 + r), with 1 / c' = 1 / c rounded to ten bits behind the point
// so that r = z / c' - 1 is free of error. The interval of 1 has c' = 1: r is x - 1 there, and
// nothing cancels.

/// Bits of the smallest z: 76 and a half intervals below 1, so that 1 is the middle of interval 76.
constexpr std::uint64_t kFirstZ =
    to_bits(1.0) - (std::uint64_t{2 * 76 + 1} << (52 - kTableBits - 1));

struct LogEntry {
  double inverse;   ///< 1 / c'
  double log_head;  ///< log c', to a multiple of 2^-41
  double log_rest;
};

constexpr LogEntry log_entry(std::uint64_t i) {
  const double middle =
      from_bits(kFirstZ + (i << (52 - kTableBits)) + (std::uint64_t{1} << (51 - kTableBits)));
  const double inverse_1024 = (1024 / middle + 0x1.8p52) - 0x1.8p52;  // to an integer
  const Pair log = head_and_rest(log_ratio(1024, inverse_1024));
  return {inverse_1024 / 1024, log.hi, log.lo};
}

// Each entry is a constant of its own: compilers limit the steps of one constant's evaluation.
template <std::size_t I>
constexpr LogEntry kLogEntry = log_entry(I);

template <std::size_t... I>
constexpr std::array<LogEntry, kTableSize> log_table(std::index_sequence<I...>) {
  return {kLogEntry<I>...};
}

constexpr auto kLogTable = log_table(std::make_index_sequence<kTableSize>());
constexpr Pair kLog2Parts = head_and_rest(kLog2);

/// log(1 + r) - r by its series; |r| < 2^-7.7, so the first term left out is below 2^-72.
constexpr double log1p_minus(double r) {
  const double r2 = r * r;
  const double r4 = r2 * r2;
  const double low = (-1.0 / 2 + r * (1.0 / 3)) + r2 * (-1.0 / 4 + r * (1.0 / 5));
  const double high = (-1.0 / 6 + r * (1.0 / 7)) - r2 * (1.0 / 8);
  return r2 * (low + r4 * high);
}

double log_of_normal(std::uint64_t bits, std::int64_t exponent_shift) {
  const std::uint64_t offset = bits - kFirstZ;
  const std::int64_t exponent = static_cast<std::int64_t>(offset) >> 52;
  const LogEntry& entry = kLogTable[offset >> (52 - kTableBits) & kTableMask];
  const double z = from_bits(bits - (offset & ~((std::uint64_t{1} << 52) - 1)));
  const double k = static_cast<double>(exponent + exponent_shift);

  const double z_head = from_bits(to_bits(z) & ~((std::uint64_t{1} << 27) - 1));
  const double r_head = z_head * entry.inverse - 1.0;  // exact, as is the next product
  const double r_rest = (z - z_head) * entry.inverse;
  const double r = r_head + r_rest;

  const double table = k * kLog2Parts.hi + entry.log_head;  // exact
  const double sum = table + r;
  const double rest =
      ((table - sum) + r) + ((r_head - r) + r_rest) + (k * kLog2Parts.lo + entry.log_rest);
  return sum + (rest + log1p_minus(r));
}

// --- Exponential --------------------------------------------------------------------------------
//
// x = (128 n + i) log(2) / 128 + r, |r| < 2^-8.5: exp x = 2^n 2^(i/128) exp r.

constexpr double kSteps = static_cast<double>(kTableSize);
/// log(2) / 128, its head with 35 bits: multiples up to 2^18 are exact.
constexpr Pair step_parts() {
  const Pair step = kLog2 / kSteps;
  const double head = (step.hi + 0x1.8p9) - 0x1.8p9;
  return {head, (step.hi - head) + step.lo};
}
constexpr Pair kStep = step_parts();
constexpr double kStepsPerUnit = kSteps / kLog2.hi;

constexpr Pair exp_series(Pair x) {
  Pair sum{1.0};
  Pair term{1.0};
  for (int n = 1; term.hi > 1e-36; ++n) {
    term = (term * x) / n;
    sum = sum + term;
  }
  return sum;
}

struct ExpEntry {
  std::uint64_t power_bits;  ///< of 2^(i/128)
  double rest;               ///< what is missing from it, relative
};

constexpr std::array<ExpEntry, kTableSize> exp_table() {
  std::array<ExpEntry, kTableSize> table{};
  const Pair root = exp_series(kLog2 / kSteps);
  Pair power{1.0};
  for (ExpEntry& entry : table) {
    entry = {to_bits(power.hi), power.lo / power.hi};
    power = power * root;
  }
  return table;
}
constexpr auto kExpTable = exp_table();

/// 2^n for a normal result.
constexpr double power_of_two(std::int64_t n) {
  return from_bits(static_cast<std::uint64_t>(n + 1023) << 52);
}

}  // namespace

double portable_log(double x) {
  constexpr double kLeastNormal = std::numeric_limits<double>::min();
  if (x >= kLeastNormal && x < kInfinity) [[likely]] {
    return log_of_normal(to_bits(x), 0);
  }
  if (x == 0.0) return -kInfinity;
  if (x < 0.0) return kNan;
  if (x < kLeastNormal) return log_of_normal(to_bits(x * 0x1p52), -52);
  return x;  // infinity or not a number
}

double portable_exp(double x) {
  if (x != x) return x;
  if (x > 709.79) return kInfinity;
  if (x < -745.14) return 0.0;
  constexpr double kToInteger = 0x1.8p52;
  const double steps = (x * kStepsPerUnit + kToInteger) - kToInteger;
  const double r = (x - steps * kStep.hi) - steps * kStep.lo;

  const auto count = static_cast<std::int64_t>(steps);
  const ExpEntry& entry = kExpTable[static_cast<std::uint64_t>(count) & kTableMask];
  const double r2 = r * r;
  const double grows =
      entry.rest + r + r2 * (1.0 / 2 + r * (1.0 / 6)) + r2 * r2 * (1.0 / 24 + r * (1.0 / 120));
  const double power = from_bits(entry.power_bits);
  const double mantissa = power + power * grows;  // in [1, 2), but for rounding

  const std::int64_t n = count >> kTableBits;
  if (n >= -1022 && n <= 1023) [[likely]] {
    return mantissa * power_of_two(n);
  }
  const std::int64_t half = n / 2;  // subnormal, or one step above the largest power
  return mantissa * power_of_two(half) * power_of_two(n - half);
}

double portable_pow(double x, double y) {
  if (y == 0.0) return 1.0;
  return portable_exp(y * portable_log(x));
}

double portable_log_gamma(double x) {
  constexpr double kHalfLogTwoPi = 0.91893853320467274178;
  double product = 1.0;
  for (; x < 10.0; x += 1.0) product *= x;
  const double inverse = 1.0 / x;
  const double w = inverse * inverse;
  // Bernoulli numbers: B(2n) / (2n (2n - 1)).
  const double series =
      inverse *
      (1.0 / 12 -
       w * (1.0 / 360 -
            w * (1.0 / 1260 -
                 w * (1.0 / 1680 - w * (1.0 / 1188 - w * (691.0 / 360360 - w * (1.0 / 156)))))));
  return (x - 0.5) * portable_log(x) - x + kHalfLogTwoPi + series - portable_log(product);
}

}  // namespace sextant
