// Prints fingerprints of what must be the same bits on every machine, with every compiler, at every
// optimisation level: own functions, distributions, and a run of the kernel. known.txt holds the
// answer; `kernel_digest > known.txt` after a change that is meant, and say so in the changelog.

#include <fmt/format.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "sextant/kernel/container.h"
#include "sextant/kernel/delay.h"
#include "sextant/kernel/discrete_distribution.h"
#include "sextant/kernel/distributions.h"
#include "sextant/kernel/empirical_distribution.h"
#include "sextant/kernel/portable_math.h"
#include "sextant/kernel/resource.h"
#include "sextant/kernel/running_moments.h"
#include "sextant/kernel/simulation.h"
#include "sextant/kernel/task.h"

namespace sextant {
namespace {

constexpr std::uint64_t kSeed = 20240917;
constexpr int kDraws = 20'000;

/// One line: the first value in hexadecimal, and the digest of all of them.
template <class Draw>
void print_draws(std::string_view name, Draw draw) {
  RandomStream stream(kSeed, name);
  Digest digest;
  const double first = draw(stream);
  digest.add(first);
  for (int i = 1; i < kDraws; ++i) digest.add(double{draw(stream)});
  digest.add(stream.next());
  fmt::print("{:<26} {:016x} first {:a}\n", name, digest.value(), first);
}

void print_functions() {
  print_draws("log", [](auto& s) { return portable_log(draw_lognormal(s, 20.0)); });
  print_draws("log near 1", [](auto& s) { return portable_log(0.95 + 0.1 * draw_uniform(s)); });
  print_draws("exp", [](auto& s) { return portable_exp(-750.0 + 1470.0 * draw_uniform(s)); });
  print_draws("pow", [](auto& s) { return portable_pow(draw_uniform_open(s), 1.0 / 0.7); });
  print_draws("log gamma", [](auto& s) { return portable_log_gamma(draw_lognormal(s, 3.0)); });
}

void print_distributions() {
  print_draws("uniform", draw_uniform);
  print_draws("uniform open", draw_uniform_open);
  print_draws("index", [](auto& s) { return static_cast<double>(draw_index(s, 1'000'003)); });
  print_draws("exponential", draw_exponential);
  print_draws("weibull", [](auto& s) { return draw_weibull(s, 0.7); });
  print_draws("weibull residual", [](auto& s) { return draw_weibull_residual(s, 0.7, 2.0); });
  print_draws("weibull equilibrium",
              [](auto& s) { return draw_weibull_equilibrium_residual(s, 0.7); });
  print_draws("normal", draw_normal);
  print_draws("lognormal", [](auto& s) { return draw_lognormal(s, 0.4); });
  print_draws("lognormal mu", [](auto& s) { return draw_lognormal_mu(s, 3.0, 0.4); });
  print_draws("lognormal mean one", [](auto& s) { return draw_lognormal_mean_one(s, 0.4); });
  print_draws("gamma 0.3", [](auto& s) { return draw_gamma(s, 0.3); });
  print_draws("gamma 7", [](auto& s) { return draw_gamma(s, 7.0); });
  print_draws("poisson 3", [](auto& s) { return static_cast<double>(draw_poisson(s, 3.0)); });
  print_draws("poisson 419", [](auto& s) { return static_cast<double>(draw_poisson(s, 419.0)); });
  const DiscreteDistribution discrete(std::vector<double>{0.1, 0.2, 0.7});
  print_draws("discrete", [&](auto& s) { return static_cast<double>(discrete.draw(s)); });
  using Quantile = EmpiricalDistribution::Quantile;
  const EmpiricalDistribution empirical(
      std::vector<Quantile>{{0.0, 1.0}, {0.5, 3.0}, {0.99, 40.0}, {1.0, 1000.0}});
  print_draws("empirical", [&](auto& s) { return empirical.draw(s); });
}

// --- A small workshop: machines that fail, repairers that are few, a buffer in between
// ------------

enum class Cause { kFailure };

struct Workshop {
  Resource repairers{3};
  Container<std::int64_t> buffer{20, 5};
  std::vector<ProcessHandle> machines;
  RunningMoments repair_s;
  Simulation sim;
};

Task<Seconds> repair(Workshop& shop, RandomStream& stream) {
  const SimTime start = shop.sim.now();
  Resource::Request repairer(shop.repairers, 1, static_cast<std::int32_t>(draw_index(stream, 3)));
  (void)co_await repairer;
  const Seconds length = 20.0 * Seconds(draw_lognormal(stream, 0.8));
  (void)co_await delay(SimDuration::rounded(length));
  co_return (shop.sim.now() - start).seconds();
}

Process machine(Workshop& shop, std::uint32_t self) {
  RandomStream stream(kSeed, "machine", 0, self);
  for (;;) {
    const SimDuration length = SimDuration::rounded(Seconds(draw_gamma(stream, 2.0)));
    const Wake wake = co_await delay(length);
    if (wake.interrupted()) {
      const Seconds time = co_await repair(shop, stream);
      shop.repair_s.add(time.si());
      continue;
    }
    Container<std::int64_t>::Put put(shop.buffer, 1);
    (void)co_await any_of(put, delay(SimDuration(3'000'000'000)));
  }
}

Process packer(Workshop& shop) {
  for (;;) {
    Container<std::int64_t>::Get box(shop.buffer, 12);
    (void)co_await box;
    (void)co_await delay(SimDuration(500'000'000), Priority::kDecision);
  }
}

Process failures(Workshop& shop) {
  RandomStream stream(kSeed, "failures");
  for (;;) {
    const Seconds gap = 10.0 * Seconds(draw_weibull(stream, 0.7));
    (void)co_await delay(SimDuration::rounded(gap), Priority::kFailure);
    shop.machines[draw_index(stream, shop.machines.size())].interrupt(Cause::kFailure);
  }
}

void print_kernel_run() {
  Workshop shop;
  for (std::uint32_t i = 0; i < 30; ++i) shop.machines.push_back(shop.sim.start(machine(shop, i)));
  shop.sim.start(packer(shop));
  shop.sim.start(failures(shop));
  shop.sim.run_until(SimTime(20'000'000'000'000));
  fmt::print("{:<26} {:016x} events {} repairs {} mean {:a}\n", "workshop",
             shop.sim.digest().value(), shop.sim.events(), shop.repair_s.count(),
             shop.repair_s.mean());
}

}  // namespace
}  // namespace sextant

int main() {
  sextant::print_functions();
  sextant::print_distributions();
  sextant::print_kernel_run();
}
