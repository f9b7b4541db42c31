#include "src/optimize/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "src/io/diagnostics.h"
#include "src/io/first_message.h"
#include "src/io/json_text.h"
#include "src/io/writer.h"
#include "src/optimize/relax.h"
#include "src/plan/infeasible.h"
#include "src/run/ranks.h"
#include "src/run/spread.h"

namespace sextant::optimize {
namespace {

using plan::Variation;
using scenario::Scenario;

/// Clusters searched before their choices are tried: of the first one, soon; then several, so that
/// ranks have something to share. The same at any number of ranks.
constexpr std::size_t kClustersAtOnce = 8;
/// Rounds in which a range of nodes is looked at more closely.
constexpr int kRefinements = 8;

/// What tells layouts apart.
std::string text_of(const std::vector<Layout>& layouts) {
  std::string text;
  for (const Layout& layout : layouts) text += io::to_compact_text(io::write_value(layout));
  return text;
}

/// The best layout of every phase; of the one that takes longest, that of a rank.
std::vector<Layout> pick(const ClusterLayouts& layouts, std::size_t main_phase, std::size_t rank) {
  std::vector<Layout> picked;
  for (const auto& phase : layouts.phases) picked.push_back(phase.front().layout);
  picked[main_phase] = layouts.phases[main_phase][rank].layout;
  return picked;
}

bool same(const Variation& a, const Variation& b) {
  return a.instance == b.instance && a.nodes == b.nodes && a.spares == b.spares &&
         a.region == b.region && a.purchase == b.purchase &&
         a.checkpoint_target == b.checkpoint_target;
}

}  // namespace

Search::Search(const Question& question, catalog::Catalogue& catalogue,
               const OptimizeOptions& options)
    : question_(question),
      catalogue_(catalogue),
      options_(options),
      clusters_of_(question, catalogue, options.sample),
      trials_(question, {.threads = options.parallel.threads, .ranks = options.parallel.ranks}) {}

bool Search::stop() {
  if (stopped_ || !options_.stopped) return stopped_;
  const run::Ranks* ranks = options_.parallel.ranks;
  const std::int64_t count = ranks ? ranks->count() : 1;
  const auto asked = [&](std::int64_t) { return static_cast<char>(options_.stopped()); };
  const std::vector<char> answers = run::spread<char>(count, {.threads = 1, .ranks = ranks}, asked);
  stopped_ = std::find(answers.begin(), answers.end(), char{1}) != answers.end();
  return stopped_;
}

void Search::drop(DropReason reason, const Scenario& scenario, std::string why) {
  dropped_.push_back({reason, label_of(scenario), std::move(why)});
}

std::vector<std::size_t> Search::order() const {
  std::vector<std::size_t> numbers(candidates_.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  std::sort(numbers.begin(), numbers.end(),
            [&](std::size_t a, std::size_t b) { return better(candidates_[a], candidates_[b]); });
  return numbers;
}

void Search::keep(Candidate candidate) {
  candidate.number = next_number_++;
  candidates_.push_back(std::move(candidate));
  const Candidate& best = candidates_[order().front()];
  if (best.number == told_ || !best.standing.kept()) return;
  told_ = best.number;
  if (options_.improved) options_.improved(best);
}

/// Whether a bound shows that it misses a limit however that is relaxed, or is none of the best.
bool Search::ruled_out(const Scenario& scenario) {
  const Bound bound = bound_of(scenario, kFirstReplicas);
  const Limits limits = all_relaxed(question_.limits);
  if (limits.deadline && bound.time > *limits.deadline) {
    drop(DropReason::kDeadline, scenario,
         fmt::format("takes {:.1f} days without any failure", bound.typical / kDay));
    return true;
  }
  if (limits.budget && bound.cost > *limits.budget) {
    drop(DropReason::kBudget, scenario,
         fmt::format("costs {:.3g} USD without any failure", bound.typical_cost.si()));
    return true;
  }
  std::vector<double> values;
  for (const Candidate& candidate : candidates_) {
    if (candidate.standing.kept() && !candidate.as_given) values.push_back(candidate.value());
  }
  if (values.size() < kBest) return false;
  std::sort(values.begin(), values.end());
  if (bound_of(question_.objective, bound) <= values[kBest - 1]) return false;
  drop(DropReason::kBeaten, scenario, "ten others are better than it is without any failure");
  return true;
}

void Search::try_scenario(const Scenario& scenario, const Variation& choice,
                          const std::vector<std::string>& notes) {
  ++tried_;
  if (options_.parallel.progress) options_.parallel.progress(tried_);
  try {
    if (ruled_out(scenario)) return;
    const std::int64_t replicas = std::min(kFirstReplicas, scenario.simulation.replicas);
    Candidate candidate = trials_.first(scenario, replicas);
    candidate.choice = choice;
    candidate.notes = notes;
    const std::string layouts = text_of(layouts_of(scenario));
    std::erase_if(candidates_, [&](const Candidate& other) {
      return other.as_given && label_of(other.plan.scenario) == label_of(candidate.plan.scenario) &&
             text_of(layouts_of(other.plan.scenario)) == layouts;
    });
    keep(std::move(candidate));
  } catch (const plan::InfeasiblePlan& infeasible) {
    drop(DropReason::kPlan, scenario, infeasible.obstacles().front().reason);
  } catch (const io::InputError& error) {
    drop(DropReason::kUnknown, scenario, io::first_message(error.what()));
  }
}

void Search::try_as_given() {
  if (!holds(question_.space, question_.scenario) || stop()) return;
  try_scenario(question_.scenario, {}, {});
  if (!candidates_.empty()) candidates_.front().as_given = true;
}

void Search::try_choice(const Cluster& cluster, const Variation& choice, std::size_t rank) {
  if (stop()) return;
  plan::VariedScenario varied = clusters_of_.varied(choice);
  if (!question_.space.keep_layout) {
    std::size_t main = 0;
    for (const Candidate& candidate : candidates_) {
      if (same(candidate.choice, choice)) main = candidate.plan.main_phase;
    }
    varied.scenario = with_layouts(std::move(varied.scenario), pick(cluster.layouts, main, rank));
  }
  try_scenario(varied.scenario, choice, varied.notes);
}

void Search::try_choices(const Cluster& cluster) {
  const ClusterLayouts& layouts = cluster.layouts;
  tally_.add(layouts.tally);
  if (!layouts.found()) {
    if (!layouts.complete) {
      ++unfinished_;
      return;
    }
    drop(layouts.lacks_memory ? DropReason::kMemory : DropReason::kLayout, cluster.scenario,
         layouts.obstacle);
    return;
  }
  for (const Variation& choice : cluster.choices) try_choice(cluster, choice, 0);
}

void Search::search_and_try(std::vector<Cluster> clusters) {
  std::size_t from = clusters_.size();
  std::move(clusters.begin(), clusters.end(), std::back_inserter(clusters_));
  while (from < clusters_.size()) {
    if (stop()) {
      unfinished_ += static_cast<std::int64_t>(clusters_.size() - from);
      clusters_.resize(from);
      return;
    }
    const std::size_t count = from == 0 ? 1 : kClustersAtOnce;
    const std::size_t to = std::min(clusters_.size(), from + count);
    if (!question_.space.keep_layout) {
      clusters_of_.search(clusters_, from, to, options_.parallel, options_.stopped);
    }
    for (; from < to; ++from) try_choices(clusters_[from]);
  }
}

void Search::try_clusters() {
  std::vector<Cluster> clusters;
  for (const auto& instance : instances_of(question_.space)) {
    for (const int nodes : clusters_of_.nodes_of(instance).first) {
      auto cluster = clusters_of_.make(instance, nodes, dropped_);
      if (cluster) clusters.push_back(*std::move(cluster));
    }
  }
  std::stable_sort(clusters.begin(), clusters.end(),
                   [](const Cluster& a, const Cluster& b) { return a.promise < b.promise; });
  search_and_try(std::move(clusters));
}

void Search::refine_nodes() {
  if (!question_.space.node_range) return;
  for (int round = 0; round < kRefinements && !candidates_.empty() && !stop(); ++round) {
    const Candidate& best = candidates_[order().front()];
    const std::optional<std::string> instance = best.choice.instance;
    const int nodes = best.plan.scenario.cluster.nodes;
    const std::vector<int> all = clusters_of_.nodes_of(instance).all;
    std::vector<int> tried{nodes};
    for (const Cluster& cluster : clusters_) {
      if (cluster.instance == instance) tried.push_back(cluster.nodes);
    }
    std::vector<Cluster> closer;
    for (const int next : between_neighbours(all, tried, nodes)) {
      auto cluster = clusters_of_.make(instance, next, dropped_);
      if (cluster) closer.push_back(*std::move(cluster));
    }
    if (closer.empty()) return;
    search_and_try(std::move(closer));
  }
}

void Search::try_other_layouts() {
  if (question_.space.keep_layout) return;
  const std::vector<std::size_t> first = order();
  const auto enough = [&] {
    return std::count_if(candidates_.begin(), candidates_.end(), [](const Candidate& candidate) {
             return candidate.standing.kept();
           }) >= static_cast<std::ptrdiff_t>(kBest);
  };
  for (std::size_t rank = 1; rank < kBest; ++rank) {
    for (const std::size_t number : first) {
      if (enough() || stop()) return;
      const Variation choice = candidates_[number].choice;
      const std::size_t main = candidates_[number].plan.main_phase;
      const auto cluster = std::find_if(clusters_.begin(), clusters_.end(), [&](const Cluster& c) {
        return std::any_of(c.choices.begin(), c.choices.end(),
                           [&](const Variation& other) { return same(other, choice); });
      });
      if (cluster == clusters_.end() || cluster->layouts.phases[main].size() <= rank) continue;
      try_choice(*cluster, choice, rank);
    }
  }
}

/// Strictly within its memory or not, the scenario can be planned; what is advised is strict.
void Search::drop_tight_layout() {
  const auto tight = [](const Candidate& candidate) {
    for (const plan::PlannedPhase& phase : candidate.plan.phases) {
      for (const plan::PlannedBatch& batch : phase.batches) {
        if (batch.step.peak_memory() > batch.inputs.node.accelerator.memory.value) return true;
      }
    }
    return false;
  };
  if (candidates_.size() < 2 || question_.space.keep_layout) return;
  for (const Candidate& candidate : candidates_) {
    if (candidate.as_given && tight(candidate)) {
      drop(DropReason::kMemory, candidate.plan.scenario,
           "the scenario's own layout needs more memory than there is, if by less than the "
           "estimate errs");
    }
  }
  std::erase_if(candidates_, [&](const Candidate& c) { return c.as_given && tight(c); });
}

}  // namespace sextant::optimize
