#include "sextant/kernel/distributions.h"

#include <cmath>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

__extension__ typedef unsigned __int128 Uint128;

/// c[0] + c[1] x + ... by Horner's rule.
template <std::size_t N>
constexpr double polynomial(const double (&c)[N], double x) {
  double value = c[N - 1];
  for (std::size_t i = N - 1; i-- > 0;) value = value * x + c[i];
  return value;
}

// Wichura's coefficients for the middle, the shoulders and the far tails.
constexpr double kMiddleAbove[] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                   1.9715909503065514427e3, 1.3731693765509461125e4,
                                   4.5921953931549871457e4, 6.7265770927008700853e4,
                                   3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr double kMiddleBelow[] = {1.0,
                                   4.2313330701600911252e1,
                                   6.8718700749205790830e2,
                                   5.3941960214247511077e3,
                                   2.1213794301586595867e4,
                                   3.9307895800092710610e4,
                                   2.8729085735721942674e4,
                                   5.2264952788528545610e3};
constexpr double kShoulderAbove[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                     5.76949722146069140550e0,  3.64784832476320460504e0,
                                     1.27045825245236838258e0,  2.41780725177450611770e-1,
                                     2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double kShoulderBelow[] = {1.0,
                                     2.05319162663775882187e0,
                                     1.67638483018380384940e0,
                                     6.89767334985100004550e-1,
                                     1.48103976427480074590e-1,
                                     1.51986665636164571966e-2,
                                     5.47593808499534494600e-4,
                                     1.05075007164441684324e-9};
constexpr double kTailAbove[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                 1.78482653991729133580e0,  2.96560571828504891230e-1,
                                 2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                 2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double kTailBelow[] = {1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};

}  // namespace

std::uint64_t draw_index(RandomStream& stream, std::uint64_t count) {
  SEXTANT_ASSERT(count > 0, "an index below zero was asked for");
  for (;;) {
    const Uint128 product = Uint128{stream.next()} * count;
    const auto remainder = static_cast<std::uint64_t>(product);
    // The products of the first 2^64 mod `count` remainders are one too many per index.
    if (remainder >= count || remainder >= (0 - count) % count) {
      return static_cast<std::uint64_t>(product >> 64);
    }
  }
}

double draw_exponential(RandomStream& stream) { return -portable_log(draw_uniform_open(stream)); }

double draw_weibull(RandomStream& stream, double shape) {
  return portable_pow(draw_exponential(stream), 1.0 / shape);
}

double draw_weibull_residual(RandomStream& stream, double shape, double age) {
  const double hazard_spent = age > 0.0 ? portable_pow(age, shape) : 0.0;
  return portable_pow(hazard_spent + draw_exponential(stream), 1.0 / shape) - age;
}

double draw_weibull_equilibrium_residual(RandomStream& stream, double shape) {
  const double met = portable_pow(draw_gamma(stream, 1.0 + 1.0 / shape), 1.0 / shape);
  return draw_uniform_open(stream) * met;
}

double weibull_mean(double shape) { return portable_exp(portable_log_gamma(1.0 + 1.0 / shape)); }

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (q >= -0.425 && q <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kMiddleAbove, r) / polynomial(kMiddleBelow, r);
  }
  const double tail = q < 0.0 ? p : 1.0 - p;
  const double r = std::sqrt(-portable_log(tail));
  const double size =
      r <= 5.0 ? polynomial(kShoulderAbove, r - 1.6) / polynomial(kShoulderBelow, r - 1.6)
               : polynomial(kTailAbove, r - 5.0) / polynomial(kTailBelow, r - 5.0);
  return q < 0.0 ? -size : size;
}

double draw_normal(RandomStream& stream) { return normal_quantile(draw_uniform_open(stream)); }

double draw_lognormal(RandomStream& stream, double sigma) {
  return portable_exp(sigma * draw_normal(stream));
}

double draw_lognormal_mu(RandomStream& stream, double mu, double sigma) {
  return portable_exp(mu + sigma * draw_normal(stream));
}

double draw_lognormal_mean_one(RandomStream& stream, double sigma) {
  return portable_exp(sigma * draw_normal(stream) - 0.5 * sigma * sigma);
}

double draw_gamma(RandomStream& stream, double shape) {
  SEXTANT_ASSERT(shape > 0.0, "gamma shape {}", shape);
  if (shape < 1.0) {
    const double above = draw_gamma(stream, shape + 1.0);
    return above * portable_pow(draw_uniform_open(stream), 1.0 / shape);
  }
  const double d = shape - 1.0 / 3.0;
  const double c = 1.0 / std::sqrt(9.0 * d);
  for (;;) {
    const double x = draw_normal(stream);
    const double root = 1.0 + c * x;
    if (root <= 0.0) continue;
    const double v = root * root * root;
    const double u = draw_uniform_open(stream);
    if (u < 1.0 - 0.0331 * (x * x) * (x * x)) return d * v;
    if (portable_log(u) < 0.5 * x * x + d * (1.0 - v + portable_log(v))) return d * v;
  }
}

namespace {

std::int64_t poisson_by_inversion(RandomStream& stream, double mean) {
  const double u = draw_uniform(stream);
  double probability = portable_exp(-mean);
  double cumulative = probability;
  std::int64_t count = 0;
  while (u >= cumulative) {
    ++count;
    probability *= mean / static_cast<double>(count);
    if (cumulative + probability == cumulative) break;  // the rest is below rounding
    cumulative += probability;
  }
  return count;
}

/// Names of the constants as in Hörmann, "The transformed rejection method for generating Poisson
/// random variables", Insurance: Mathematics and Economics 12 (1993).
std::int64_t poisson_by_rejection(RandomStream& stream, double mean) {
  const double log_mean = portable_log(mean);
  const double b = 0.931 + 2.53 * std::sqrt(mean);
  const double a = -0.059 + 0.02483 * b;
  const double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
  const double v_r = 0.9277 - 3.6224 / (b - 2.0);
  for (;;) {
    const double u = draw_uniform_open(stream) - 0.5;
    const double v = draw_uniform_open(stream);
    const double us = 0.5 - (u < 0.0 ? -u : u);
    const double k = std::floor((2.0 * a / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= v_r) return static_cast<std::int64_t>(k);
    if (k < 0.0 || (us < 0.013 && v > us)) continue;
    const double accept = portable_log(v * inverse_alpha / (a / (us * us) + b));
    if (accept <= k * log_mean - mean - portable_log_gamma(k + 1.0)) {
      return static_cast<std::int64_t>(k);
    }
  }
}

}  // namespace

std::int64_t draw_poisson(RandomStream& stream, double mean) {
  SEXTANT_ASSERT(mean >= 0.0 && mean <= 1e9, "Poisson mean {}", mean);
  return mean < 10.0 ? poisson_by_inversion(stream, mean) : poisson_by_rejection(stream, mean);
}

}  // namespace sextant
