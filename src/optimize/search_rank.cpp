// The later stages of the search: more replicas, the ranking, and what relaxing would buy.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "src/optimize/reasons.h"
#include "src/optimize/relax.h"
#include "src/optimize/search.h"
#include "src/plan/infeasible.h"
#include "src/plan/purchase.h"

namespace sextant::optimize {
namespace {

constexpr std::int64_t kSecondReplicas = 200;
/// Of a round, however many are as good as the tenth.
constexpr std::size_t kMostForRound = 30;
/// Who misses the limits by less may keep them with more replicas …
constexpr double kNearly = 0.05;
/// … and so many of them are looked at.
constexpr std::size_t kMostNearly = 5;
/// Candidates that are looked at for one relaxed limit.
constexpr int kTriesPerLimit = 5;

bool first_is_better(const Candidate& a, const Candidate& b) { return better(a, b); }

}  // namespace

/// Those that keep the limits and are not surely worse than the tenth, and a few that nearly keep
/// them.
std::vector<std::size_t> Search::worth_more_replicas() const {
  std::vector<std::size_t> chosen;
  std::size_t nearly = 0;
  const std::vector<std::size_t> all = order();
  for (const std::size_t index : all) {
    const Candidate& candidate = candidates_[index];
    if (!candidate.standing.kept()) {
      if (candidate.standing.miss() <= kNearly && nearly++ < kMostNearly) chosen.push_back(index);
      continue;
    }
    if (chosen.size() >= kMostForRound) continue;
    const bool surely_worse =
        chosen.size() >= kBest &&
        plan::paired_difference(candidate.objective, candidates_[chosen[kBest - 1]].objective)
                .value.ci95.low > 0;
    if (!surely_worse) chosen.push_back(index);
  }
  if (chosen.empty() && !all.empty()) chosen.push_back(all.front());
  return chosen;
}

void Search::add_replicas(const std::vector<std::size_t>& indices, std::int64_t replicas) {
  std::vector<std::size_t> gone;
  for (const std::size_t index : indices) {
    if (stop()) break;
    Candidate& candidate = candidates_[index];
    try {
      trials_.add_replicas(candidate, replicas);
    } catch (const plan::InfeasiblePlan& infeasible) {
      drop(DropReason::kPlan, candidate.plan.scenario, infeasible.obstacles().front().reason);
      gone.push_back(index);
    }
  }
  std::sort(gone.rbegin(), gone.rend());
  for (const std::size_t index : gone) {
    candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(index));
  }
}

void Search::add_replicas() {
  drop_tight_layout();
  const std::int64_t all = question_.scenario.simulation.replicas;
  if (all > kSecondReplicas) add_replicas(worth_more_replicas(), kSecondReplicas);
  std::vector<std::size_t> last = worth_more_replicas();
  const auto kept = [&](std::size_t index) { return candidates_[index].standing.kept(); };
  std::size_t count = 0;
  std::erase_if(last, [&](std::size_t index) { return kept(index) && ++count > kBest; });
  add_replicas(last, all);
  for (const Candidate& candidate : candidates_) {
    if (candidate.plan.scenario.simulation.replicas >= all) finalists_.push_back(candidate);
  }
  if (stopped_ || finalists_.empty()) finalists_ = candidates_;
  std::sort(finalists_.begin(), finalists_.end(), first_is_better);
}

std::vector<Ranked> Search::ranked() const {
  std::vector<Ranked> best;
  for (const Candidate& candidate : finalists_) {
    if (!candidate.standing.kept() || best.size() == kBest) break;
    Ranked& ranked = best.emplace_back();
    ranked.candidate = candidate;
    if (best.size() == 1) continue;
    const Candidate& first = best.front().candidate;
    ranked.behind = plan::paired_difference(candidate.objective, first.objective);
    ranked.reason = reason_of(question_.objective, candidate, first);
  }
  if (best.size() > 1) best.front().reason = best[1].reason;
  return best;
}

std::optional<Candidate> Search::best_under(const Limits& limits) {
  std::vector<Candidate> all = candidates_;
  const auto judge = [&](Candidate& candidate) {
    candidate.standing =
        standing_of(limits, candidate.plan.forecast, plan::rented_nodes(candidate.plan.scenario));
  };
  for (Candidate& candidate : all) judge(candidate);
  for (int i = 0; i < kTriesPerLimit && !all.empty(); ++i) {
    const auto best = std::min_element(all.begin(), all.end(), first_is_better);
    if (!best->standing.kept()) return std::nullopt;
    const std::int64_t replicas = question_.scenario.simulation.replicas;
    if (best->plan.scenario.simulation.replicas >= replicas) return *best;
    if (stop()) return std::nullopt;
    try {
      trials_.add_replicas(*best, replicas);
      judge(*best);
    } catch (const plan::InfeasiblePlan&) {
      all.erase(best);
    }
  }
  return std::nullopt;
}

/// The best candidate's cluster with accelerators of more memory, laid out anew.
Relaxation Search::without_memory_limit(const Candidate& best) {
  scenario::Scenario scenario = best.plan.scenario;
  Coefficient<Bytes>& memory = scenario.cluster.accelerator->value.memory;
  Relaxation relaxation;
  relaxation.limit = Limit::kMemory;
  relaxation.now = memory.value.si();
  memory.value = kRelaxedBy * memory.value;
  relaxation.relaxed = memory.value.si();
  std::vector<Cluster> clusters(1);
  clusters.front().scenario = scenario;
  clusters_of_.search(clusters, 0, 1, options_.parallel, options_.stopped);
  const ClusterLayouts& found = clusters.front().layouts;
  if (!found.found() || !found.complete || stop()) return relaxation;
  std::vector<Layout> layouts;
  for (const auto& phase : found.phases) layouts.push_back(phase.front().layout);
  try {
    Candidate more = trials_.first(with_layouts(scenario, layouts), kFirstReplicas);
    trials_.add_replicas(more, scenario.simulation.replicas);
    if (more.standing.kept()) relaxation.best = std::move(more);
  } catch (const plan::InfeasiblePlan&) {
    // Its layout fits; something else does not.
  }
  return relaxation;
}

std::vector<Relaxation> Search::relaxations(const std::optional<Candidate>& best) {
  std::vector<Relaxation> list;
  const Limits& limits = question_.limits;
  const Limits relaxed = all_relaxed(limits);
  const auto add = [&](Limit limit, double now, double then, const Limits& one_relaxed) {
    Relaxation& relaxation = list.emplace_back();
    relaxation.limit = limit;
    relaxation.now = now;
    relaxation.relaxed = then;
    relaxation.best = best_under(one_relaxed);
  };
  Limits one = limits;
  if (limits.deadline) {
    one.deadline = relaxed.deadline;
    add(Limit::kDeadline, limits.deadline->si(), relaxed.deadline->si(), one);
  }
  one = limits;
  if (limits.budget) {
    one.budget = relaxed.budget;
    add(Limit::kBudget, limits.budget->si(), relaxed.budget->si(), one);
  }
  one = limits;
  if (limits.nodes) {
    one.nodes = relaxed.nodes;
    add(Limit::kNodes, static_cast<double>(*limits.nodes), static_cast<double>(*relaxed.nodes),
        one);
  }
  if (best && !question_.space.keep_layout) list.push_back(without_memory_limit(*best));
  for (Relaxation& relaxation : list) {
    if (best && relaxation.best && best->value() > 0) {
      relaxation.gain = 1.0 - relaxation.best->value() / best->value();
    }
  }
  return list;
}

std::optional<LayoutSample> Search::sample_of(const Candidate& best) const {
  const scenario::ClusterPlan& rented = best.plan.scenario.cluster;
  const std::size_t phase = best.plan.main_phase;
  for (const Cluster& cluster : clusters_) {
    const scenario::ClusterPlan& own = cluster.scenario.cluster;
    const ClusterLayouts& layouts = cluster.layouts;
    const bool here = own.instance->name == rented.instance->name && own.nodes == rented.nodes;
    if (!here || phase >= layouts.samples.size() || layouts.samples[phase].empty()) continue;
    return LayoutSample{.cluster = fmt::format("{} x {}", rented.instance->name, rented.nodes),
                        .phase = phase,
                        .inputs = best.plan.phases[phase].main().inputs,
                        .tally = layouts.tally,
                        .layouts = layouts.samples[phase]};
  }
  return std::nullopt;
}

Answer Search::answer() {
  Answer answer;
  answer.question = question_;
  answer.best = ranked();
  std::optional<Candidate> best;
  if (!answer.best.empty()) best = answer.best.front().candidate;
  if (!best && !finalists_.empty()) answer.nearest = finalists_.front();
  if (!stop()) answer.relaxations = relaxations(best);
  for (const Candidate& candidate : candidates_) {
    const Standing& standing = candidate.standing;
    if (standing.kept()) continue;
    const DropReason reason = standing.miss_deadline > 0 ? DropReason::kDeadline
                              : standing.miss_budget > 0 ? DropReason::kBudget
                                                         : DropReason::kQuota;
    drop(reason, candidate.plan.scenario, "");
  }
  answer.dropped = dropped_;
  answer.layouts = tally_;
  if (best) answer.sample = sample_of(*best);
  if (answer.nearest) answer.sample = sample_of(*answer.nearest);
  answer.tried = std::move(candidates_);
  answer.clusters = static_cast<std::int64_t>(clusters_.size());
  answer.choices = tried_;
  answer.unfinished = unfinished_;
  answer.complete = !stopped_;
  answer.files = catalogue_.used_files();
  return answer;
}

}  // namespace sextant::optimize
