#include "src/plan/forecast.h"

#include <algorithm>
#include <numeric>

#include "sextant/fleet/causes.h"
#include "sextant/kernel/digest.h"
#include "src/plan/accounts.h"
#include "src/plan/availability.h"
#include "src/plan/simulate.h"

namespace sextant::plan {
namespace {

std::vector<NamedSummary> goodput(const Replicas& replicas) {
  std::vector<NamedSummary> buckets;
  for (const auto& [state, name] : EnumNames<NodeState>::table) {
    if (state == NodeState::kSpare || state == NodeState::kRepair) continue;
    const auto time = [s = state](const Replica& r) { return r.usage.job_time(s).si(); };
    buckets.emplace_back(name, summary_of(replicas, time));
  }
  return buckets;
}

/// Phases that a replica did not come to took it no time.
std::vector<Summary> phase_times(const Replicas& replicas, std::size_t phases) {
  std::vector<Summary> times;
  for (std::size_t phase = 0; phase < phases; ++phase) {
    times.push_back(summary_of(replicas, [phase](const Replica& r) {
      const std::vector<Seconds>& all = r.result.phase_times;
      return phase < all.size() ? all[phase].si() : 0.0;
    }));
  }
  return times;
}

Forecast::Interruptions interruptions(const Replicas& replicas, const CampaignInputs& campaign) {
  Forecast::Interruptions result;
  result.total = summary_of(replicas, [](const Replica& r) {
    return static_cast<double>(r.result.total_interruptions());
  });
  const InterruptionCauses causes(campaign.failures, campaign.fleet);
  result.unexpected = summary_of(replicas, [&](const Replica& r) {
    const auto first = r.result.interruptions.begin();
    const auto last = first + static_cast<std::ptrdiff_t>(causes.slowdowns);
    return static_cast<double>(std::accumulate(first, last, std::int64_t{0}));
  });
  const std::vector<std::string> names = causes.names();
  for (std::size_t cause = 0; cause < names.size(); ++cause) {
    const auto count = [cause](const Replica& r) {
      return static_cast<double>(r.result.interruptions[cause]);
    };
    result.by_cause.emplace_back(names[cause], summary_of(replicas, count));
  }
  return result;
}

/// Of the last phase: it wrote the newest ones.
double retained_bytes(const ForecastInputs& inputs, const StoreTraffic& store) {
  const std::int64_t kept =
      inputs.tariff && inputs.tariff->checkpoints ? inputs.tariff->checkpoints->kept : 0;
  const Bytes each = inputs.campaign.phases.back().checkpoint.saved.size;
  return static_cast<double>(std::min(kept, store.durable)) * each.si();
}

Forecast::Traffic traffic(const ForecastInputs& inputs, const Replicas& replicas) {
  const auto summary = [&](const auto& quantity) {
    return summary_of(replicas, [&](const Replica& r) { return quantity(r.result.store); });
  };
  return {
      .written_bytes = summary([](const StoreTraffic& s) { return s.written.si(); }),
      .retained_bytes = summary([&](const StoreTraffic& s) { return retained_bytes(inputs, s); }),
      .read_bytes = summary([](const StoreTraffic& s) { return s.read.si(); }),
      .puts = summary([](const StoreTraffic& s) { return s.puts; }),
      .gets = summary([](const StoreTraffic& s) { return s.gets; }),
      .refused = summary([](const StoreTraffic& s) { return s.refused; }),
      .failed_writes =
          summary([](const StoreTraffic& s) { return static_cast<double>(s.writes - s.durable); })};
}

void add_outcomes(const Replicas& replicas, Forecast& result) {
  std::vector<DrawnOutcome> drawn;
  Digest digest;
  for (const Replica& replica : replicas) {
    const CampaignResult& r = replica.result;
    drawn.push_back({r.step_factor, r.rate_factor, r.recovery_score, r.wall_time.si()});
    digest.add(r.digest);
    result.finished += r.outcome == Outcome::kFinished;
    result.gave_up += r.outcome == Outcome::kGaveUp;
    result.no_progress += r.outcome == Outcome::kNoProgress;
  }
  result.width = width_shares(drawn);
  result.digest = digest.value();
}

}  // namespace

double Forecast::precision() const {
  return relative_half_width(wall_time_s.ci95, wall_time_s.mean);
}

Forecast forecast(const ForecastInputs& inputs, const run::ParallelOptions& parallel) {
  const Simulated simulated = simulate(inputs, parallel);
  const Replicas& replicas = simulated.replicas;
  Forecast result;
  result.interrupted_of = simulated.interrupted_of;
  result.replicas = static_cast<std::int64_t>(replicas.size());
  Forecast::Samples& samples = result.samples;
  samples.wall_time_s =
      sample_of(replicas, [](const Replica& r) { return r.result.wall_time.si(); });
  samples.ettr = sample_of(replicas, [](const Replica& r) { return r.usage.ettr(); });
  samples.interruptions = sample_of(replicas, [](const Replica& r) {
    return static_cast<double>(r.result.total_interruptions());
  });
  samples.peak_missing = sample_of(
      replicas, [](const Replica& r) { return static_cast<double>(r.result.peak_missing); });
  result.wall_time_s = samples.wall_time_s.summary();
  result.phase_wall_time_s = phase_times(replicas, inputs.campaign.phases.size());
  result.ettr = samples.ettr.summary();
  result.goodput_s = goodput(replicas);
  result.interruptions = interruptions(replicas, inputs.campaign);
  result.lost_work_s = summary_of(
      replicas, [](const Replica& r) { return r.usage.job_time(NodeState::kTrainingLost).si(); });
  result.checkpoints = summary_of(
      replicas, [](const Replica& r) { return static_cast<double>(r.result.checkpoints); });
  if (counts_requests(inputs.campaign)) result.store = traffic(inputs, replicas);
  result.nodes_swapped = summary_of(
      replicas, [](const Replica& r) { return static_cast<double>(r.result.nodes_swapped); });
  add_availability(inputs, replicas, result);
  add_bookings(inputs, replicas, result);
  add_money(inputs, replicas, result);
  add_energy(inputs, replicas, result);
  add_outcomes(replicas, result);
  return result;
}

}  // namespace sextant::plan
