#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/training/step_flows.h"
#include "step_flows_activities.h"

namespace sextant {
namespace {

using OperationId = OperationGraph::OperationId;

constexpr double kEqual = 1e-6;
constexpr double kSlowed = 1e-3;  ///< share of its own time that a slowed transfer takes more

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

/// A job's last step, as the flows had it.
class LastStep {
 public:
  LastStep(const StepFlows& flows, const FlowResult& result, std::size_t job)
      : flows_(flows), result_(result), job_(static_cast<std::int32_t>(job)) {
    SEXTANT_ASSERT(job < flows.recipes.size(), "job {} of {}", job, flows.recipes.size());
    SEXTANT_ASSERT(result.end.size() == flows.notes.size(), "{} results of {} activities",
                   result.end.size(), flows.notes.size());
    for (std::size_t i = 0; i < flows.notes.size(); ++i) {
      const FlowNote& note = flows.notes[i];
      if (note.job != job_) continue;
      if (note.operation < 0) step_ends_.push_back(result.end[i]);
      replicas_ = std::max(replicas_, at(note.replica) + 1);
    }
    SEXTANT_ASSERT(!step_ends_.empty(), "job {} has no step", job);
    last_ = static_cast<std::int32_t>(step_ends_.size()) - 1;
    begin_ = last_ == 0 ? 0.0 : step_ends_[at(last_ - 1)];
  }

  FlowedStep summary() const {
    FlowedStep step;
    step.time = Seconds(step_ends_.back() - begin_);
    const PartTimes parts = breakdown(step.time.si());
    for (std::size_t i = 0; i < kStepParts; ++i) {
      step.breakdown[i] = Seconds(parts[static_cast<StepPart>(i)]);
    }
    step.kinds = kinds();
    return step;
  }

 private:
  bool in_last_step(std::size_t activity) const {
    const FlowNote& note = flows_.notes[activity];
    return note.job == job_ && note.step == last_ && note.operation >= 0;
  }
  const StepRecipe& recipe() const { return flows_.recipes[at(job_)]; }

  /// The recipe's graph, with every operation as long as it took on the replica that sets the pace,
  /// attributed as the replay tier does it.
  PartTimes breakdown(double time) const {
    const OperationGraph& graph = recipe().graph;
    const StepOrder order(graph);
    const std::vector<std::vector<std::int32_t>> activities = of_slowest_replica(order);
    OperationGraph::Timeline timeline;
    timeline.start.assign(graph.size(), 0.0);
    timeline.end.assign(graph.size(), 0.0);
    for (OperationId id : order.order()) {
      double& start = timeline.start[at(id)];
      for (OperationId other : order.waits_of(id)) {
        start = std::max(start, timeline.end[at(other)]);
      }
      const auto& own = activities[at(id)];
      timeline.end[at(id)] = own.empty() ? start : result_.end[at(own.back())] - begin_;
    }
    OperationGraph stretched(graph.ranks());
    stretched.reserve(graph.size());
    for (OperationId id = 0; at(id) < graph.size(); ++id) {
      const std::int32_t work =
          stretched.add_work(stretched_parts(id, activities[at(id)], timeline.start[at(id)]));
      stretched.add(order.stage(id), order.stream(id), work);
    }
    for (OperationId id = 0; at(id) < graph.size(); ++id) {
      for (OperationId other : graph.waits_of(id)) {
        if (other != OperationGraph::kNone) stretched.wait(id, other);
      }
    }
    timeline.finish = time;
    return stretched.attribute(timeline);
  }

  /// Replicas that start an activity together.
  std::vector<std::int32_t> members(std::int32_t activity) const {
    const std::int32_t pattern = flows_.problem.activities[at(activity)].pattern;
    const FlowNote& note = flows_.notes[at(activity)];
    if (pattern >= 0) return flows_.replicas[at(pattern)];
    if (recipe().labels[at(note.operation)].kind != OperationKind::kGradientNorm) {
      return {note.replica};
    }
    std::vector<std::int32_t> all(replicas_);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }

  /// Activities of each operation, in their order, on the replica that waits least for others.
  std::vector<std::vector<std::int32_t>> of_slowest_replica(const StepOrder& order) const {
    std::vector<std::vector<std::int32_t>> activities(recipe().graph.size());
    for (std::size_t i = 0; i < flows_.notes.size(); ++i) {
      if (!in_last_step(i)) continue;
      activities[at(flows_.notes[i].operation)].push_back(static_cast<std::int32_t>(i));
    }
    if (replicas_ == 1) return activities;
    const std::int32_t slowest = slowest_replica(order, activities);
    for (std::vector<std::int32_t>& of_operation : activities) {
      std::erase_if(of_operation, [&](std::int32_t activity) {
        const std::vector<std::int32_t> together = members(activity);
        return std::find(together.begin(), together.end(), slowest) == together.end();
      });
    }
    return activities;
  }

  std::int32_t slowest_replica(const StepOrder& order,
                               const std::vector<std::vector<std::int32_t>>& activities) const {
    if (replicas_ == 1) return 0;
    std::vector<double> waited(replicas_, 0.0);
    std::vector<double> end(activities.size() * replicas_, begin_);  // by operation and replica
    for (OperationId id : order.order()) {
      double* const now = &end[at(id) * replicas_];
      for (OperationId other : order.waits_of(id)) {
        for (std::size_t r = 0; r < replicas_; ++r) {
          now[r] = std::max(now[r], end[at(other) * replicas_ + r]);
        }
      }
      for (const std::int32_t activity : activities[at(id)]) {
        for (const std::int32_t replica : members(activity)) {
          waited[at(replica)] += result_.start[at(activity)] - now[replica];
          now[replica] = result_.end[at(activity)];
        }
      }
    }
    // Of those that waited equally long, the first: sums differ in their last digits.
    const double least = *std::min_element(waited.begin(), waited.end());
    const double equal = least + kEqual * (step_ends_.back() - begin_);
    const auto first =
        std::find_if(waited.begin(), waited.end(), [&](double time) { return time <= equal; });
    return static_cast<std::int32_t>(first - waited.begin());
  }

  /// What the graph says, and what its transfers took more: slowed, or waiting for other replicas.
  PartTimes stretched_parts(OperationId id, const std::vector<std::int32_t>& activities,
                            double start) const {
    PartTimes parts = recipe().graph.parts_of(id);
    double from = start + begin_;
    for (const std::int32_t activity : activities) {
      const std::size_t i = at(activity);
      const double longer = result_.end[i] - from - flows_.alone[i];
      parts[part_of(id, flows_.notes[i].item)] += longer;
      from = result_.end[i];
    }
    return parts;
  }

  /// Part that an item counts for; without one, what the operation is most.
  StepPart part_of(OperationId id, std::int32_t item) const {
    if (item >= 0) return recipe().work(id)[at(item)].part;
    const PartTimes& parts = recipe().graph.parts_of(id);
    StepPart most = StepPart::kOther;
    for (std::size_t i = 0; i < kStepParts; ++i) {
      const auto part = static_cast<StepPart>(i);
      if (parts[part] > parts[most]) most = part;
    }
    return most;
  }

  struct Sums {
    double alone = 0.0, flowed = 0.0;  ///< of all replicas
    double one = 0.0;                  ///< alone, of one replica
    std::set<int> stages;
    std::set<std::int32_t> slowed;  ///< patterns
  };

  std::vector<FlowedStep::Kind> kinds() const {
    const StepOrder order(recipe().graph);
    std::map<OperationKind, Sums> sums;
    for (std::size_t i = 0; i < flows_.notes.size(); ++i) {
      const FlowProblem::Activity& activity = flows_.problem.activities[i];
      if (!in_last_step(i) || activity.pattern < 0) continue;
      const FlowNote& note = flows_.notes[i];
      Sums& kind = sums[recipe().labels[at(note.operation)].kind];
      const double alone = flows_.alone[i] - activity.seconds;
      const double flowed = result_.end[i] - result_.moving[i];
      kind.alone += alone;
      kind.flowed += flowed;
      kind.stages.insert(order.stage(note.operation));
      if (note.replica == 0) kind.one += alone;
      if (flowed > alone * (1.0 + kSlowed)) kind.slowed.insert(activity.pattern);
    }
    const std::vector<double> busy = busy_seconds();
    std::vector<FlowedStep::Kind> kinds;
    for (const auto& [kind, sum] : sums) {
      FlowedStep::Kind row;
      row.kind = kind;
      const double one = sum.one / static_cast<double>(sum.stages.size());
      row.alone = Seconds(one);
      row.flowed = Seconds(sum.alone > 0.0 ? one * (sum.flowed / sum.alone) : 0.0);
      row.busiest_link = busiest(sum.slowed, busy);
      kinds.push_back(row);
    }
    return kinds;
  }

  /// By link of the problem: how long it takes to carry all that goes over it.
  std::vector<double> busy_seconds() const {
    const FlowProblem& problem = flows_.problem;
    std::vector<double> moved(problem.patterns.size(), 0.0);  // by each flow
    for (std::size_t i = 0; i < problem.activities.size(); ++i) {
      const FlowProblem::Activity& activity = problem.activities[i];
      if (activity.pattern < 0) continue;
      const double time = std::max(0.0, step_ends_.back() - activity.seconds);
      const double most =
          activity.awaited ? activity.bytes : std::min(activity.bytes, activity.rate * time);
      moved[at(activity.pattern)] += most;
    }
    std::vector<double> busy(problem.capacities.size(), 0.0);
    for (std::size_t p = 0; p < problem.patterns.size(); ++p) {
      for (const FlowLoad& load : problem.patterns[p]) {
        busy[at(load.link)] += moved[p] * load.flows / problem.capacities[at(load.link)];
      }
    }
    return busy;
  }

  std::int32_t busiest(const std::set<std::int32_t>& patterns,
                       const std::vector<double>& busy) const {
    std::int32_t link = -1;
    for (const std::int32_t pattern : patterns) {
      for (const FlowLoad& load : flows_.problem.patterns[at(pattern)]) {
        if (link < 0 || busy[at(load.link)] > busy[at(link)]) link = load.link;
      }
    }
    return link < 0 ? -1 : flows_.links[at(link)];
  }

  const StepFlows& flows_;
  const FlowResult& result_;
  std::int32_t job_;
  std::size_t replicas_ = 1;
  std::vector<double> step_ends_;
  std::int32_t last_ = 0;
  double begin_ = 0.0;
};

}  // namespace

FlowedStep flowed_step(const StepFlows& flows, const FlowResult& result, std::size_t job) {
  return LastStep(flows, result, job).summary();
}

}  // namespace sextant
