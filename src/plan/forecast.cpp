#include "src/plan/forecast.h"

#include <functional>

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

Replicas run_replicas(const ForecastInputs& inputs, const run::ParallelOptions& parallel) {
  Replicas replicas(static_cast<std::size_t>(inputs.replicas));
  run::parallel_for(inputs.replicas, parallel, [&](std::int64_t i) {
    Replica& replica = replicas[static_cast<std::size_t>(i)];
    const ReplicaKey key{inputs.seed, static_cast<std::uint32_t>(i)};
    replica.result = run_campaign(inputs.campaign, key, replica.usage);
  });
  return replicas;
}

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
  const Replicas replicas = run_replicas(inputs, parallel);
  Forecast result;
  result.replicas = inputs.replicas;
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
