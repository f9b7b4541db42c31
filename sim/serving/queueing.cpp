#include "sextant/serving/queueing.h"

#include <algorithm>
#include <cmath>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/portable_math.h"

namespace sextant {
namespace {

/// What lies beyond this is left out of sums.
constexpr double kNegligible = 1e-13;

void check(const QueueLoad& load) {
  SEXTANT_ASSERT(load.servers >= 1 && load.arrivals_per_s >= 0 && load.service > Seconds(0),
                 "a queue of {} servers, {} arrivals per second and services of {} s", load.servers,
                 load.arrivals_per_s, load.service.si());
  SEXTANT_ASSERT(load.utilisation() < 1, "a queue at utilisation {} has no steady state",
                 load.utilisation());
}

double poisson(double mean, double k) {
  if (mean == 0) return k == 0 ? 1 : 0;
  return portable_exp(k * portable_log(mean) - mean - portable_log_gamma(k + 1));
}

/// Smallest x in [0, ∞) at which a growing function reaches p, to a relative 1e-9 of `scale`.
template <class Function>
double solve(double p, double scale, const Function& reaches) {
  double high = scale;
  while (reaches(high) < p) high *= 2;
  double low = 0;
  while (high - low > 1e-7 * std::max(scale, low)) {
    const double middle = (low + high) / 2;
    (reaches(middle) < p ? low : high) = middle;
  }
  return high;
}

/// b(j) = Σ_n P(Poisson(n · mean) = n · servers + j) / n for j = 1, 2, …; b(0) is the mean queue,
/// Σ_j j b(j). Ends where nothing is left of the walk above 0.
std::vector<double> ladder_terms(double mean, int servers) {
  std::vector<double> terms(1, 0.0);
  for (int n = 1;; ++n) {
    const double sum = n * mean;
    double k = static_cast<double>(n) * servers + 1;
    double p = poisson(sum, k) / n;
    if (p * k / (k - sum) < kNegligible * (1 - mean / servers)) return terms;
    for (std::size_t j = 1; p > 1e-3 * kNegligible || k < sum; ++j, k += 1, p *= sum / k) {
      if (j == terms.size()) terms.push_back(0);
      terms[j] += p;
      terms[0] += static_cast<double>(j) * p;
    }
  }
}

/// The distribution of which exp(Σ b(j) (z^j - 1)) is the generating function, until it is full.
std::vector<double> compound(const std::vector<double>& b) {
  double all = 0;
  for (std::size_t j = 1; j < b.size(); ++j) all += b[j];
  std::vector<double> mass = {portable_exp(-all)};
  std::vector<double> cumulated = mass;
  while (cumulated.back() < 1 - 1e-12 && mass.size() < 64 * (b.size() + 16)) {
    const std::size_t i = mass.size();
    double sum = 0;
    for (std::size_t j = 1; j <= std::min(i, b.size() - 1); ++j) {
      sum += static_cast<double>(j) * b[j] * mass[i - j];
    }
    mass.push_back(sum / static_cast<double>(i));
    cumulated.push_back(std::min(1.0, cumulated.back() + mass.back()));
  }
  return cumulated;
}

}  // namespace

ExponentialQueue::ExponentialQueue(const QueueLoad& load) : load_(load) {
  check(load);
  const double a = load.offered();
  double lost = 1;  // Erlang's B
  for (int k = 1; k <= load.servers; ++k) lost = a * lost / (k + a * lost);
  wait_probability_ = lost / (1 - load.utilisation() * (1 - lost));
}

Seconds ExponentialQueue::mean_wait() const {
  return wait_probability_ / (load_.servers - load_.offered()) * load_.service;
}

Seconds ExponentialQueue::wait_quantile(double p) const {
  if (wait_probability_ <= 1 - p) return Seconds(0);
  const double ends = load_.servers - load_.offered();
  return portable_log(wait_probability_ / (1 - p)) / ends * load_.service;
}

double ExponentialQueue::response_tail(Seconds t) const {
  const double x = t / load_.service;
  const double ends = load_.servers - load_.offered();
  const double served = portable_exp(-x);
  const double both = std::abs(ends - 1) < 1e-9
                          ? (1 + x) * served
                          : (ends * served - portable_exp(-ends * x)) / (ends - 1);
  return (1 - wait_probability_) * served + wait_probability_ * both;
}

Seconds ExponentialQueue::response_quantile(double p) const {
  const double scale = load_.service.si();
  return Seconds(solve(p, scale, [&](double t) { return 1 - response_tail(Seconds(t)); }));
}

ConstantQueue::ConstantQueue(const QueueLoad& load) : load_(load) {
  check(load);
  const std::vector<double> terms = ladder_terms(load.offered(), load.servers);
  mean_queue_ = terms[0];
  queue_ = compound(terms);
}

Seconds ConstantQueue::mean_wait() const {
  if (load_.arrivals_per_s == 0) return Seconds(0);
  return Seconds(mean_queue_ / load_.arrivals_per_s);
}

double ConstantQueue::wait_distribution(Seconds t) const {
  const double services = std::floor(t / load_.service) + 1;
  const auto below = static_cast<std::int64_t>(services * load_.servers);
  const double mean = load_.arrivals_per_s * (services * load_.service - t).si();
  // Terms beyond ten standard deviations of the mean are nothing.
  const auto first = static_cast<std::int64_t>(mean - 10 * std::sqrt(mean) - 10);
  const auto last = static_cast<std::int64_t>(mean + 10 * std::sqrt(mean) + 20);
  double sum = 0;
  for (std::int64_t j = std::max<std::int64_t>(0, first); j < std::min(below, last); ++j) {
    const auto queue = std::min<std::int64_t>(below - 1 - j, std::ssize(queue_) - 1);
    sum += queue_[static_cast<std::size_t>(queue)] * poisson(mean, static_cast<double>(j));
  }
  return std::min(1.0, sum);
}

Seconds ConstantQueue::wait_quantile(double p) const {
  // Sums of positive terms are complete to about 1e-11: a share of one is never reached.
  const double share = std::min(p, 1 - 1e-9);
  if (wait_distribution(Seconds(0)) >= share) return Seconds(0);
  const double scale = load_.service.si();
  return Seconds(solve(share, scale, [&](double t) { return wait_distribution(Seconds(t)); }));
}

Seconds cosmetatos_mean_wait(const QueueLoad& load) {
  const double c = load.servers;
  const double rho = load.utilisation();
  const double correction = (1 - rho) * (c - 1) * (std::sqrt(4 + 5 * c) - 2) / (16 * c * rho);
  return 0.5 * (1 + correction) * ExponentialQueue(load).mean_wait();
}

}  // namespace sextant
