#pragma once

#include <cstdint>

#include "sextant/kernel/random_stream.h"

namespace sextant {

/// Draws from distributions at unit scale: multiply by a Quantity for one with a dimension,
///
///     const Seconds repair = median * draw_lognormal(stream, sigma);
///
/// The standard library's are not portable; these give the same bits everywhere. Where nothing else
/// is said a value takes exactly one draw of the stream, by inversion, and grows or falls with it:
/// a scenario that changes a parameter keeps its luck.
///
/// One draw per statement: in which order a compiler evaluates `draw_a(s) + draw_b(s)`, or two
/// arguments, is its own choice.

/// Uniform on [0, 1), multiples of 2^-53.
inline double draw_uniform(RandomStream& stream) {
  return static_cast<double>(stream.next() >> 11) * 0x1p-53;
}

/// Uniform on (0, 1), odd multiples of 2^-53: never 0 and never 1.
inline double draw_uniform_open(RandomStream& stream) {
  return (static_cast<double>(stream.next() >> 12) + 0.5) * 0x1p-52;
}

/// Uniform on 0 .. count - 1, exactly (Lemire 2019, with rejection: a second draw with probability
/// below count / 2^64). Asserts that count is positive.
std::uint64_t draw_index(RandomStream& stream, std::uint64_t count);

/// True with this probability.
inline bool draw_bernoulli(RandomStream& stream, double probability) {
  return draw_uniform(stream) < probability;
}

/// Exponential with mean 1: -log U.
double draw_exponential(RandomStream& stream);

/// Weibull with scale 1, P(X > x) = exp(-x^shape): (-log U)^(1/shape). Below shape 1 the hazard
/// falls with age (early failures), above it rises (wear). Mean: weibull_mean(shape).
double draw_weibull(RandomStream& stream, double shape);

/// What is left of a Weibull life (scale 1) that has reached this age:
/// (age^shape - log U)^(1/shape) - age.
double draw_weibull_residual(RandomStream& stream, double shape, double age);

/// What is left of a Weibull life (scale 1) that is met at a random time of a process of renewals
/// that began long ago: the life of a node in a fleet of mixed ages.
///
/// A random instant falls into a life with a probability proportional to its length, so that life,
/// L*, has the density x f(x) / mean. With t = x^shape that is t^(1/shape) e^-t dt up to a factor:
/// L* = G^(1/shape) with G a gamma variable of shape 1 + 1/shape. The instant is uniform within it,
/// so the residual is U L*. Its mean is (mean^2 + variance) / (2 mean). Several draws.
double draw_weibull_equilibrium_residual(RandomStream& stream, double shape);

/// Mean of the Weibull distribution with scale 1: Gamma(1 + 1/shape).
double weibull_mean(double shape);

/// Normal with mean 0 and standard deviation 1: the inverse of its distribution function.
double draw_normal(RandomStream& stream);

/// Inverse of the standard normal distribution function, 0 < p < 1, to about 1e-16 relative:
/// Wichura's algorithm AS 241 (Applied Statistics 37, 1988), PPND16.
double normal_quantile(double p);

/// exp(sigma N): lognormal with median 1 (mu = 0).
double draw_lognormal(RandomStream& stream, double sigma);

/// exp(mu + sigma N): lognormal whose logarithm has mean mu and standard deviation sigma.
double draw_lognormal_mu(RandomStream& stream, double mu, double sigma);

/// exp(sigma N - sigma^2 / 2): lognormal with mean 1.
double draw_lognormal_mean_one(RandomStream& stream, double sigma);

/// Gamma with scale 1: mean and variance are `shape` > 0. Marsaglia and Tsang (2000), exact
/// rejection from a normal; below shape 1, Gamma(shape + 1) U^(1/shape). Two draws or more.
double draw_gamma(RandomStream& stream, double shape);

/// Poisson with this mean >= 0. Below 10 by inversion, one draw; above, Hörmann's transformed
/// rejection PTRS (1993), two draws or more. Asserts that the mean is at most 1e9.
std::int64_t draw_poisson(RandomStream& stream, double mean);

}  // namespace sextant
