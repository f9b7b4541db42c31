#pragma once

namespace sextant {

/// Natural logarithm and exponential that give the same bits on every machine, compiler and
/// optimisation level: + - * / only. The C library's choose fused multiply-add at run time and
/// differ between processors in some last bits, which is enough to change a draw.
/// Special values as in the C library. Errors below 0.52 units in the last place (0.77 where exp is
/// subnormal), tested against long double.
double portable_log(double x);
double portable_exp(double x);

/// x to the power y for x >= 0, as exp(y log x): relative error about 1e-16 * |y log x|.
double portable_pow(double x, double y);

/// Logarithm of the gamma function for x > 0; error below 1e-14 * max(1, |value|).
/// Stirling's series for x >= 10; below, by the recurrence.
double portable_log_gamma(double x);

}  // namespace sextant
