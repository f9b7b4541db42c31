#include "src/plan/forecast.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "sextant/fleet/causes.h"
#include "sextant/kernel/digest.h"
#include "sextant/ledger/usage_totals.h"

namespace sextant::plan {
namespace {

struct Replica {
  CampaignResult result;
  UsageTotals usage;
};

using Replicas = std::vector<Replica>;

/// Replicas that are run first. If none of them finishes, the others would not either: a run that
/// fails all the time is also slow to simulate.
constexpr std::int64_t kPilots = 16;

class Runner {
 public:
  Runner(const ForecastInputs& inputs, const run::ParallelOptions& parallel)
      : inputs_(inputs), parallel_(parallel) {}

  Replicas run() {
    run_up_to(std::min(kPilots, inputs_.replicas));
    if (std::any_of(replicas_.begin(), replicas_.end(), finished)) run_up_to(inputs_.replicas);
    return std::move(replicas_);
  }

 private:
  static bool finished(const Replica& replica) {
    return replica.result.outcome == Outcome::kFinished;
  }

  void run_up_to(std::int64_t count) {
    const std::int64_t before = static_cast<std::int64_t>(replicas_.size());
    replicas_.resize(static_cast<std::size_t>(count));
    run::ParallelOptions parallel = parallel_;
    if (parallel_.progress) {
      parallel.progress = [&](std::int64_t done) { parallel_.progress(before + done); };
    }
    run::parallel_for(count - before, parallel, [&](std::int64_t i) {
      Replica& replica = replicas_[static_cast<std::size_t>(before + i)];
      const ReplicaKey key{inputs_.seed, static_cast<std::uint32_t>(before + i)};
      replica.result = run_campaign(inputs_.campaign, key, replica.usage);
    });
  }

  const ForecastInputs& inputs_;
  const run::ParallelOptions& parallel_;
  Replicas replicas_;
};

Summary summary_of(const Replicas& replicas,
                   const std::function<double(const Replica&)>& quantity) {
  Sample sample;
  for (const Replica& replica : replicas) sample.add(quantity(replica));
  return sample.summary();
}

std::vector<NamedSummary> goodput(const Replicas& replicas) {
  std::vector<NamedSummary> buckets;
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    if (state == NodeState::kSpare || state == NodeState::kRepair) continue;
    const auto time = [s = state](const Replica& r) { return r.usage.job_time(s).si(); };
    buckets.emplace_back(name, summary_of(replicas, time));
  }
  return buckets;
}

Forecast::Interruptions interruptions(const Replicas& replicas, const FailureProfile& profile) {
  Forecast::Interruptions result;
  result.total = summary_of(replicas, [](const Replica& r) {
    return static_cast<double>(r.result.total_interruptions());
  });
  const std::vector<std::string> names = interruption_names(profile);
  for (std::size_t cause = 0; cause < names.size(); ++cause) {
    const auto count = [cause](const Replica& r) {
      return static_cast<double>(r.result.interruptions[cause]);
    };
    result.by_cause.emplace_back(names[cause], summary_of(replicas, count));
  }
  return result;
}

/// Quantities and amounts are linear in usage, so the mean bill is the bill of the mean usage.
std::vector<LedgerItem> mean_bill(const Replicas& replicas, UsdPerSecond price) {
  std::vector<LedgerItem> mean;
  for (const Replica& replica : replicas) {
    const std::vector<LedgerItem> bill = on_demand_bill(replica.usage, price);
    if (mean.empty()) {
      mean = bill;
      continue;
    }
    for (std::size_t i = 0; i < bill.size(); ++i) {
      mean[i].quantity += bill[i].quantity;
      mean[i].usd += bill[i].usd;
    }
  }
  for (LedgerItem& item : mean) {
    item.quantity /= static_cast<double>(replicas.size());
    item.usd /= static_cast<double>(replicas.size());
  }
  return mean;
}

void add_money(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result) {
  if (!inputs.price) return;
  const UsdPerSecond price = *inputs.price;
  result.cost_usd = summary_of(
      replicas, [price](const Replica& r) { return on_demand_cost(r.usage, price).si(); });
  result.ledger = mean_bill(replicas, price);
}

void add_energy(const ForecastInputs& inputs, const Replicas& replicas, Forecast& result) {
  if (!inputs.power || !inputs.region) return;
  const Region& region = *inputs.region;
  const auto joules = [&](const Replica& r) { return energy(r.usage, *inputs.power, region.pue); };
  result.energy_j = summary_of(replicas, [&](const Replica& r) { return joules(r).si(); });
  if (region.factor(inputs.grid_factor_set) == nullptr) return;
  const auto kilograms = [&](GramsCo2e Emissions::*method) {
    return summary_of(replicas, [&](const Replica& r) {
      return 1e-3 * (emissions(joules(r), region, inputs.grid_factor_set).*method).si();
    });
  };
  result.co2e_kg = {kilograms(&Emissions::location), kilograms(&Emissions::market)};
}

void add_outcomes(const Replicas& replicas, Forecast& result) {
  std::vector<DrawnOutcome> drawn;
  Digest digest;
  for (const Replica& replica : replicas) {
    const CampaignResult& r = replica.result;
    drawn.push_back({r.step_factor, r.rate_factor, r.wall_time.si()});
    digest.add(r.digest);
    result.finished += r.outcome == Outcome::kFinished;
    result.gave_up += r.outcome == Outcome::kGaveUp;
    result.no_progress += r.outcome == Outcome::kNoProgress;
  }
  result.width = width_shares(drawn);
  result.digest = digest.value();
}

}  // namespace

Forecast forecast(const ForecastInputs& inputs, const run::ParallelOptions& parallel) {
  const Replicas replicas = Runner(inputs, parallel).run();
  Forecast result;
  result.replicas = static_cast<std::int64_t>(replicas.size());
  result.wall_time_s =
      summary_of(replicas, [](const Replica& r) { return r.result.wall_time.si(); });
  result.ettr = summary_of(replicas, [](const Replica& r) { return r.usage.ettr(); });
  result.goodput_s = goodput(replicas);
  result.interruptions = interruptions(replicas, inputs.campaign.failures);
  result.lost_work_s = summary_of(
      replicas, [](const Replica& r) { return r.usage.job_time(NodeState::kTrainingLost).si(); });
  result.checkpoints = summary_of(
      replicas, [](const Replica& r) { return static_cast<double>(r.result.checkpoints); });
  result.nodes_swapped = summary_of(
      replicas, [](const Replica& r) { return static_cast<double>(r.result.nodes_swapped); });
  add_money(inputs, replicas, result);
  add_energy(inputs, replicas, result);
  add_outcomes(replicas, result);
  return result;
}

}  // namespace sextant::plan
