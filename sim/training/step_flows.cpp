#include "sextant/training/step_flows.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include "sextant/kernel/assert.h"
#include "sextant/network/flow_folding.h"
#include "step_flows_activities.h"
#include "step_flows_transfers.h"

namespace sextant {
namespace {

/// Of a flow that never ends: at 1 TB/s it takes eleven days.
constexpr double kEndless = 1e18;
constexpr double kEqual = 1e-9;

/// Background transfers that carry the same.
struct BackgroundSet {
  const BackgroundTraffic* traffic = nullptr;
  double bytes = 0.0;
  std::vector<TransferPattern> transfers;
};

std::vector<BackgroundSet> background_sets(const std::vector<BackgroundTraffic>& background) {
  std::vector<BackgroundSet> sets;
  for (const BackgroundTraffic& traffic : background) {
    std::map<double, BackgroundSet> by_bytes;
    for (const TransferPattern& transfer : traffic.transfers) {
      if (transfer.loads.empty()) continue;
      const double bytes = traffic.endless ? kEndless : transfer.bytes;
      BackgroundSet& set = by_bytes[bytes];
      set.traffic = &traffic;
      set.bytes = bytes;
      set.transfers.push_back(transfer);
    }
    for (auto& [bytes, set] : by_bytes) sets.push_back(std::move(set));
  }
  return sets;
}

std::string_view words_of(TransferWay way) {
  switch (way) {
    case TransferWay::kRing:
      return "rings";
    case TransferWay::kTree:
      return "trees";
    case TransferWay::kNvls:
      return "trees with switches that add";
    case TransferWay::kAllToAll:
      return "all-to-alls";
    case TransferWay::kToNextStage:
      return "messages to the next stage";
    case TransferWay::kToPreviousStage:
      return "messages to the stage before";
  }
  return "?";
}

std::string_view words_of(RankGroup group) {
  switch (group) {
    case RankGroup::kTensor:
      return "tensor-parallel";
    case RankGroup::kContext:
      return "context-parallel";
    case RankGroup::kShard:
      return "data-parallel";
    case RankGroup::kReplica:
      return "replica";
    case RankGroup::kExpert:
      return "expert-parallel";
    case RankGroup::kExpertTensor:
      return "expert-tensor-parallel";
    case RankGroup::kExpertReplica:
      return "expert-replica";
    case RankGroup::kPipeline:
      return "pipeline";
    case RankGroup::kEmbedding:
      return "embedding";
    case RankGroup::kWorld:
      return "world";
  }
  return "?";
}

std::string name_of(const TransferSet::Key& key) {
  return fmt::format("{} {} of stage {}", words_of(key.group), words_of(key.way), key.stage);
}

/// Why a set cannot be folded whatever the fabric: some of its transfers have another way at all.
std::string unlike(const TransferSet& set) {
  if (set.within > 0) {
    return fmt::format("{}: {} stay in their link domain, {} leave it", name_of(set.key),
                       set.within, set.instances.size());
  }
  const double bytes = set.instances.front().pattern.bytes;
  for (const TransferSet::Instance& instance : set.instances) {
    if (std::abs(instance.pattern.bytes - bytes) <= kEqual * bytes) continue;
    return fmt::format("{} carry different bytes per flow", name_of(set.key));
  }
  return {};
}

/// Everything of a job that does not depend on how it is folded.
struct JobFlows {
  StepRecipe recipe;
  std::unique_ptr<StepTransfers> transfers;
  StepPlan plan;

  JobFlows(const Fabric& fabric, const FlowJob& job)
      : recipe(step_recipe(job.inputs, *job.calibration)),
        transfers(std::make_unique<StepTransfers>(fabric, job)),
        plan(plan_step(recipe, *transfers)) {}
};

class StepFlowsBuilder {
 public:
  StepFlowsBuilder(const Fabric& fabric, const std::vector<FlowJob>& jobs,
                   const std::vector<BackgroundTraffic>& background,
                   const StepFlowsOptions& options)
      : fabric_(fabric), jobs_(jobs), background_(background_sets(background)), options_(options) {
    std::vector<const StepTransfers*> transfers;
    for (const FlowJob& job : jobs) {
      SEXTANT_ASSERT(job.calibration != nullptr && job.steps >= 1, "job {}", job.name);
      parts_.emplace_back(fabric, job);
      transfers.push_back(parts_.back().transfers.get());
    }
    capacities_ = flow_capacities(fabric, transfers);
  }

  StepFlows build(std::string& asymmetry) {
    std::vector<std::vector<FlowLanes>> lanes;  // by job
    if (options_.fold) lanes = fold(asymmetry);
    flows_.folded = !lanes.empty();
    require_room();
    if (!flows_.folded) lanes = unfold();
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      StepWriter(flows_, static_cast<std::int32_t>(j), parts_[j].plan, lanes[j], replicas(j))
          .add_steps(jobs_[j].steps);
    }
    add_background();
    add_link_bytes();
    for (const std::int32_t kept : merge_links(flows_.problem)) {
      flows_.links.push_back(links_[static_cast<std::size_t>(kept)]);
    }
    for (JobFlows& part : parts_) flows_.recipes.push_back(std::move(part.recipe));
    for (const std::vector<FlowLanes>& of_job : lanes) note_replicas(of_job);
    return std::move(flows_);
  }

 private:
  int replicas(std::size_t job) const { return flows_.folded ? 1 : jobs_[job].inputs.data(); }

  /// Lanes of the folded step; none: it cannot be folded.
  std::vector<std::vector<FlowLanes>> fold(std::string& asymmetry) {
    if (jobs_.size() != 1) {
      asymmetry = fmt::format("{} jobs share the fabric", jobs_.size());
      return {};
    }
    const std::vector<TransferSet>& sets = parts_.front().transfers->sets();
    std::vector<AlikeTransfers> alike;
    std::vector<std::int32_t> index(sets.size(), -1);  // of those that are there at all
    for (std::size_t s = 0; s < sets.size(); ++s) {
      if (sets[s].instances.empty()) continue;
      asymmetry = unlike(sets[s]);
      if (!asymmetry.empty()) return {};
      index[s] = static_cast<std::int32_t>(alike.size());
      alike.push_back(alike_of(sets[s]));
    }
    const std::size_t own = alike.size();
    for (const BackgroundSet& set : background_) {
      alike.push_back({set.transfers, set.traffic->rate, "transfers beside the step"});
    }
    std::optional<FoldedTransfers> folded = fold_transfers(fabric_, capacities_, alike, &asymmetry);
    if (!folded) return {};
    links_ = std::move(folded->links);
    flows_.problem.capacities = std::move(folded->capacities);
    for (TransferPattern& pattern : folded->patterns) {
      flows_.problem.patterns.push_back(std::move(pattern.loads));
    }
    first_background_ = static_cast<std::int32_t>(own);
    std::vector<FlowLanes> lanes(sets.size());
    for (std::size_t s = 0; s < sets.size(); ++s) {
      if (index[s] < 0) {
        lanes[s].of.assign(1, -1);
        continue;
      }
      lanes[s].lanes.push_back({index[s], sets[s].instances.front().pattern.bytes, {0}});
      lanes[s].of.assign(1, 0);
    }
    return {std::move(lanes)};
  }

  static AlikeTransfers alike_of(const TransferSet& set) {
    AlikeTransfers alike;
    for (const TransferSet::Instance& instance : set.instances) {
      alike.instances.push_back(instance.pattern);
    }
    alike.rate = set.rate * set.instances.front().pattern.bytes;
    alike.name = name_of(set.key);
    return alike;
  }

  std::vector<std::vector<FlowLanes>> unfold() {
    flows_.problem.capacities = capacities_;
    links_.resize(capacities_.size());
    for (std::size_t i = 0; i < links_.size(); ++i) links_[i] = static_cast<Fabric::LinkId>(i);
    std::vector<std::vector<FlowLanes>> lanes;
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      std::vector<FlowLanes>& of_job = lanes.emplace_back();
      for (const TransferSet& set : parts_[j].transfers->sets()) {
        of_job.push_back(lanes_of(set, replicas(j)));
      }
    }
    first_background_ = static_cast<std::int32_t>(flows_.problem.patterns.size());
    for (const BackgroundSet& set : background_) {
      for (const TransferPattern& transfer : set.transfers) {
        flows_.problem.patterns.push_back(transfer.loads);
      }
    }
    return lanes;
  }

  /// Groups that share a replica go in step, since tensor and context peers do.
  FlowLanes lanes_of(const TransferSet& set, int replicas) {
    std::vector<int> root(static_cast<std::size_t>(replicas));
    for (int i = 0; i < replicas; ++i) root[static_cast<std::size_t>(i)] = i;
    const auto find = [&](int replica) {
      while (root[static_cast<std::size_t>(replica)] != replica) {
        int& up = root[static_cast<std::size_t>(replica)];
        up = root[static_cast<std::size_t>(up)];
        replica = up;
      }
      return replica;
    };
    for (const TransferSet::Instance& instance : set.instances) {
      for (int replica : instance.replicas) {
        const int a = find(replica), b = find(instance.replicas.front());
        root[static_cast<std::size_t>(std::max(a, b))] = std::min(a, b);
      }
    }
    std::map<int, std::vector<const TransferSet::Instance*>> joined;
    for (const TransferSet::Instance& instance : set.instances) {
      joined[find(instance.replicas.front())].push_back(&instance);
    }
    FlowLanes lanes;
    lanes.of.assign(static_cast<std::size_t>(replicas), -1);
    for (const auto& [first, instances] : joined) {
      FlowLane lane;
      for (int replica = 0; replica < replicas; ++replica) {
        if (find(replica) != first) continue;
        lane.replicas.push_back(replica);
        lanes.of[static_cast<std::size_t>(replica)] = static_cast<std::int32_t>(lanes.lanes.size());
      }
      std::vector<TransferPattern> patterns;
      for (const TransferSet::Instance* instance : instances) patterns.push_back(instance->pattern);
      TransferPattern all = patterns.size() == 1 ? std::move(patterns.front()) : together(patterns);
      lane.bytes = all.bytes;
      lane.pattern = static_cast<std::int32_t>(flows_.problem.patterns.size());
      flows_.problem.patterns.push_back(std::move(all.loads));
      lanes.lanes.push_back(std::move(lane));
    }
    return lanes;
  }

  void note_replicas(const std::vector<FlowLanes>& of_job) {
    flows_.replicas.resize(flows_.problem.patterns.size());
    for (const FlowLanes& set : of_job) {
      for (const FlowLane& lane : set.lanes) {
        flows_.replicas[static_cast<std::size_t>(lane.pattern)].assign(lane.replicas.begin(),
                                                                       lane.replicas.end());
      }
    }
  }

  /// @throws std::length_error
  void require_room() const {
    std::int64_t count = 0;
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      count += jobs_[j].steps * count_activities(parts_[j].plan, replicas(j));
    }
    if (count <= options_.most_activities) return;
    throw std::length_error(fmt::format(
        "{} step of {} operations on {} replicas needs {} activities, {} are allowed; {}",
        flows_.folded ? "the folded" : "the unfolded", parts_.front().recipe.graph.size(),
        replicas(0), count, options_.most_activities,
        flows_.folded ? "larger or fewer microbatches, or fewer steps, need less"
                      : "a placement that treats all replicas alike (contiguous, rail-aligned, "
                        "whole leaves) can be folded, fewer replicas or steps need less"));
  }

  void add_background() {
    std::int32_t pattern = first_background_;
    for (const BackgroundSet& set : background_) {
      const std::size_t transfers = flows_.folded ? 1 : set.transfers.size();
      for (std::size_t i = 0; i < transfers; ++i) add_background(set, pattern++);
    }
  }

  void add_background(const BackgroundSet& set, std::int32_t pattern) {
    FlowProblem::Activity activity;
    activity.seconds = set.traffic->from;
    activity.pattern = pattern;
    activity.bytes = set.bytes;
    activity.rate = set.traffic->rate;
    activity.awaited = false;
    const double idle = fastest_flow(flows_.problem.patterns[static_cast<std::size_t>(pattern)],
                                     flows_.problem.capacities);
    const double rate = std::min(activity.rate, idle);
    flows_.alone.push_back(activity.seconds + set.bytes / rate);
    flows_.problem.activities.push_back(std::move(activity));
    flows_.notes.push_back({});
  }

  void add_link_bytes() {
    constexpr auto kKinds = EnumNames<OperationKind>::table.size();
    for (std::size_t j = 0; j < jobs_.size(); ++j) {
      for (std::size_t kind = 0; kind < kKinds; ++kind) {
        std::vector<double> bytes(static_cast<std::size_t>(fabric_.links()), 0.0);
        bool any = false;
        for (const TransferSet& set : parts_[j].transfers->sets()) {
          if (set.bytes[kind] <= 0.0) continue;
          any = true;
          for (const TransferSet::Instance& instance : set.instances) {
            const double flow = set.bytes[kind] * instance.pattern.bytes;
            for (const FlowLoad& load : instance.pattern.loads) {
              bytes[static_cast<std::size_t>(load.link)] += flow * load.flows;
            }
          }
        }
        if (!any) continue;
        for (std::size_t link = 0; link < bytes.size(); ++link) {
          if (bytes[link] <= 0.0) continue;
          flows_.link_bytes.push_back({static_cast<std::int32_t>(link),
                                       static_cast<std::int32_t>(j),
                                       static_cast<OperationKind>(kind), bytes[link]});
        }
      }
    }
  }

  const Fabric& fabric_;
  const std::vector<FlowJob>& jobs_;
  std::vector<BackgroundSet> background_;
  const StepFlowsOptions& options_;
  std::vector<JobFlows> parts_;
  std::vector<double> capacities_;     ///< by link of the fabric
  std::vector<Fabric::LinkId> links_;  ///< of the problem before merging
  std::int32_t first_background_ = 0;  ///< pattern
  StepFlows flows_;
};

}  // namespace

StepFlows step_flows(const Fabric& fabric, const std::vector<FlowJob>& jobs,
                     const std::vector<BackgroundTraffic>& background,
                     const StepFlowsOptions& options, std::string* asymmetry) {
  std::string reason;
  StepFlows flows = StepFlowsBuilder(fabric, jobs, background, options).build(reason);
  if (asymmetry != nullptr) *asymmetry = flows.folded ? std::string() : reason;
  return flows;
}

}  // namespace sextant
