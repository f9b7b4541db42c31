// Random numbers and own functions, in nanoseconds per value; the C library's beside them.

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "sextant/kernel/distributions.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

template <class Function>
void measure_function(benchmark::State& state, Function function) {
  RandomStream stream(1, "bench");
  std::vector<double> inputs;
  for (int i = 0; i < 1024; ++i) inputs.push_back(draw_uniform_open(stream));
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(function(inputs[i++ & 1023]));
}

void log_own(benchmark::State& state) { measure_function(state, portable_log); }
void log_library(benchmark::State& state) {
  measure_function(state, [](double x) { return std::log(x); });
}
void exp_own(benchmark::State& state) { measure_function(state, portable_exp); }
void exp_library(benchmark::State& state) {
  measure_function(state, [](double x) { return std::exp(x); });
}
BENCHMARK(log_own);
BENCHMARK(log_library);
BENCHMARK(exp_own);
BENCHMARK(exp_library);

template <class Draw>
void measure_draw(benchmark::State& state, Draw draw) {
  RandomStream stream(1, "bench");
  for (auto _ : state) benchmark::DoNotOptimize(draw(stream));
}

#define SEXTANT_BENCHMARK_DRAW(name, draw)                            \
  void name(benchmark::State& state) { measure_draw(state, (draw)); } \
  BENCHMARK(name)

SEXTANT_BENCHMARK_DRAW(bits, [](RandomStream& s) { return s.next(); });
SEXTANT_BENCHMARK_DRAW(uniform, draw_uniform);
SEXTANT_BENCHMARK_DRAW(exponential, draw_exponential);
SEXTANT_BENCHMARK_DRAW(weibull, [](RandomStream& s) { return draw_weibull(s, 0.7); });
SEXTANT_BENCHMARK_DRAW(weibull_equilibrium_residual,
                       [](RandomStream& s) { return draw_weibull_equilibrium_residual(s, 0.7); });
SEXTANT_BENCHMARK_DRAW(normal, draw_normal);
SEXTANT_BENCHMARK_DRAW(lognormal, [](RandomStream& s) { return draw_lognormal(s, 0.5); });
SEXTANT_BENCHMARK_DRAW(gamma_below_1, [](RandomStream& s) { return draw_gamma(s, 0.5); });
SEXTANT_BENCHMARK_DRAW(gamma_above_1, [](RandomStream& s) { return draw_gamma(s, 5.0); });
SEXTANT_BENCHMARK_DRAW(poisson_5, [](RandomStream& s) { return draw_poisson(s, 5.0); });
SEXTANT_BENCHMARK_DRAW(poisson_400, [](RandomStream& s) { return draw_poisson(s, 400.0); });

/// A new stream and its first draw, as a fleet makes one per node.
void new_stream(benchmark::State& state) {
  std::uint32_t entity = 0;
  for (auto _ : state) {
    RandomStream stream(1, "node.life", 3, entity++);
    benchmark::DoNotOptimize(stream.next());
  }
}
BENCHMARK(new_stream);

}  // namespace
}  // namespace sextant
