#include "src/plan/simulate.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "src/run/interrupt.h"
#include "src/run/spread.h"

namespace sextant::plan {
namespace {

/// Replicas that are run first. If none of them finishes, the others would not either: a run that
/// fails all the time is also slow to simulate.
constexpr std::int64_t kPilots = 16;
/// A run that trains for less than this share of its time fails all the time, too. It is not worth
/// more replicas: nobody should rent for it.
constexpr double kHardlyTraining = 0.25;

class Runner {
 public:
  Runner(const ForecastInputs& inputs, const run::ParallelOptions& parallel)
      : inputs_(inputs), parallel_(parallel) {}

  Simulated run() {
    run::begin_phase(parallel_, "replicas", most());
    run_all();
    if (replicas_.empty()) throw run::Interrupted();
    return {std::move(replicas_), interrupted_ ? std::optional(most()) : std::nullopt};
  }

 private:
  void run_all() {
    run_up_to(std::min(kPilots, inputs_.replicas));
    if (interrupted_ || !any_finished() || hardly_trains()) return;
    run_up_to(inputs_.replicas);
    while (!interrupted_ && inputs_.tolerance && count() < inputs_.max_replicas &&
           !tight_enough()) {
      run_up_to(std::min(count() + inputs_.replicas, inputs_.max_replicas));
    }
  }

  std::int64_t most() const { return inputs_.tolerance ? inputs_.max_replicas : inputs_.replicas; }

  bool any_finished() const {
    return std::any_of(replicas_.begin(), replicas_.end(), [](const Replica& replica) {
      return replica.result.outcome == Outcome::kFinished;
    });
  }

  std::int64_t count() const { return static_cast<std::int64_t>(replicas_.size()); }

  bool hardly_trains() const {
    const auto ettr = [](const Replica& replica) { return replica.usage.ettr(); };
    return summary_of(replicas_, ettr).mean < kHardlyTraining;
  }

  bool tight_enough() const {
    const Interval ci95 = mean_confidence(wall_times_, 0.95);
    return relative_half_width(ci95, wall_times_.mean()) <= *inputs_.tolerance;
  }

  void run_up_to(std::int64_t target) {
    const std::int64_t before = count();
    run::ParallelOptions parallel = parallel_;
    if (parallel_.progress) {
      parallel.progress = [&](std::int64_t done) { parallel_.progress(before + done); };
    }
    Replicas more = run::spread<Replica>(target - before, parallel, [&](std::int64_t i) {
      return run_replica(inputs_, before + i);
    });
    for (const Replica& replica : more) wall_times_.add(replica.result.wall_time.si());
    std::move(more.begin(), more.end(), std::back_inserter(replicas_));
    interrupted_ = count() < target;
  }

  const ForecastInputs& inputs_;
  const run::ParallelOptions& parallel_;
  Replicas replicas_;
  bool interrupted_ = false;
  RunningMoments wall_times_;  ///< of them, in seconds
};

}  // namespace

Replica run_replica(const ForecastInputs& inputs, std::int64_t number) {
  Replica replica;
  const ReplicaKey key{inputs.seed, static_cast<std::uint32_t>(number)};
  replica.result = run_campaign(inputs.campaign, key, replica.usage);
  return replica;
}

Simulated simulate(const ForecastInputs& inputs, const run::ParallelOptions& parallel) {
  return Runner(inputs, parallel).run();
}

double relative_half_width(const Interval& ci95, double mean) {
  return 0.5 * (ci95.high - ci95.low) / mean;
}

}  // namespace sextant::plan
