#include "src/plan/checkpoint_interval.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "sextant/campaign/interval.h"
#include "sextant/kernel/portable_math.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant::plan {
namespace {

/// Mean wall time per step at an interval.
struct Trial {
  double log_interval;
  double cost;
};

/// Failures that the search looks at, in all replicas together: enough that the optimum is known
/// to some per cent, and its wall time to far less.
constexpr double kFailuresToSee = 6000;

std::int64_t replicas_for(const CampaignInputs& inputs, Seconds work) {
  const double failures = work / mean_time_to_interruption(inputs);
  const double replicas = std::ceil(kFailuresToSee / (1.0 + failures));
  return static_cast<std::int64_t>(std::clamp(replicas, 16.0, 1000.0));
}

/// Simulates all intervals with the same replicas.
class Search {
 public:
  Search(const CampaignInputs& inputs, std::uint64_t seed, const run::ParallelOptions& parallel,
         Seconds work)
      : inputs_(inputs),
        seed_(seed),
        parallel_(parallel),
        replicas_(replicas_for(inputs, work)) {
    parallel_.progress = nullptr;
  }

  std::vector<Trial> simulate(const std::vector<double>& log_intervals) const {
    const std::int64_t points = static_cast<std::int64_t>(log_intervals.size());
    std::vector<double> costs(static_cast<std::size_t>(points * replicas_));
    run::parallel_for(points * replicas_, parallel_, [&](std::int64_t i) {
      CampaignInputs inputs = inputs_;
      inputs.interval =
          Seconds(portable_exp(log_intervals[static_cast<std::size_t>(i / replicas_)]));
      costs[static_cast<std::size_t>(i)] = wall_time_per_step(inputs, i % replicas_);
    });
    std::vector<Trial> trials;
    for (std::int64_t p = 0; p < points; ++p) {
      double sum = 0;
      for (std::int64_t r = 0; r < replicas_; ++r) {
        sum += costs[static_cast<std::size_t>(p * replicas_ + r)];
      }
      trials.push_back({log_intervals[static_cast<std::size_t>(p)], sum});
    }
    return trials;
  }

 private:
  double wall_time_per_step(const CampaignInputs& inputs, std::int64_t replica) const {
    UsageTotals usage;
    const ReplicaKey key{seed_, static_cast<std::uint32_t>(replica)};
    const CampaignResult result = run_campaign(inputs, key, usage);
    return result.wall_time.si() / static_cast<double>(std::max<std::int64_t>(1, result.steps_done));
  }

  const CampaignInputs& inputs_;
  std::uint64_t seed_;
  run::ParallelOptions parallel_;
  std::int64_t replicas_;
};

std::size_t best_of(const std::vector<Trial>& trials) {
  const auto cheaper = [](const Trial& a, const Trial& b) { return a.cost < b.cost; };
  return static_cast<std::size_t>(
      std::min_element(trials.begin(), trials.end(), cheaper) - trials.begin());
}

/// Vertex of the least-squares parabola through the trials around the best one, within its
/// neighbours; the best one itself where they do not bend upwards.
double vertex(const std::vector<Trial>& trials) {
  const std::size_t best = best_of(trials);
  const std::size_t first = best < 2 ? 0 : best - 2;
  const std::size_t last = std::min(best + 2, trials.size() - 1);
  const double origin = trials[best].log_interval;
  // Normal equations of y = a + b x + c x², x from the best trial.
  std::array<double, 5> power{};
  std::array<double, 3> moment{};
  for (std::size_t i = first; i <= last; ++i) {
    const double x = trials[i].log_interval - origin;
    double x_to_k = 1;
    for (std::size_t k = 0; k < power.size(); ++k, x_to_k *= x) {
      power[k] += x_to_k;
      if (k < moment.size()) moment[k] += x_to_k * (trials[i].cost - trials[best].cost);
    }
  }
  const auto& [s0, s1, s2, s3, s4] = power;
  const auto determinant = [](double a, double b, double c, double d, double e, double f, double g,
                              double h, double i) {
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
  };
  const double whole = determinant(s0, s1, s2, s1, s2, s3, s2, s3, s4);
  const double b = determinant(s0, moment[0], s2, s1, moment[1], s3, s2, moment[2], s4) / whole;
  const double c = determinant(s0, s1, moment[0], s1, s2, moment[1], s2, s3, moment[2]) / whole;
  if (!(c > 0)) return origin;
  const double low = trials[best == 0 ? 0 : best - 1].log_interval;
  const double high = trials[std::min(best + 1, trials.size() - 1)].log_interval;
  return std::clamp(origin - b / (2 * c), low, high);
}

}  // namespace
}  // namespace sextant::plan
