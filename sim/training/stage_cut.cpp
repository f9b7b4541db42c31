#include "sextant/training/stage_cut.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include "chain_cut.h"
#include "layer_work.h"
#include "rank_memory.h"
#include "sextant/training/step_model.h"
#include "stages.h"

namespace sextant {
namespace {

double seconds(const PassWork& work) {
  return work.forward.total() + work.backward.total() + work.weights.total();
}

/// What ranks cost by the layers that they hold, in the order that a cut asks for.
class RankCosts {
 public:
  RankCosts(const StepInputs& inputs, const Calibration& calibration, StageCut cut)
      : cut_(cut), memory_(inputs, false) {
    CollectiveUse use;
    const WorkModel work(inputs, calibration, use);
    for (LayerKind kind : kLayerKinds) {
      if (kind == LayerKind::kExpert && !inputs.model.experts) continue;
      layer_[static_cast<std::size_t>(kind)] = seconds(work.layer(kind));
    }
    embedding_ = seconds(work.embedding());
    head_ = seconds(work.head());
    experts_before_.push_back(0);
    for (std::int64_t layer = 0; layer < inputs.model.layers; ++layer) {
      experts_before_.push_back(experts_before_.back() + (inputs.model.has_experts(layer) ? 1 : 0));
    }
  }

  /// Of layers begin … end − 1.
  RankLayers layers(int begin, int end) const {
    const int experts = experts_before_[static_cast<std::size_t>(end)] -
                        experts_before_[static_cast<std::size_t>(begin)];
    return {.layers = {end - begin - experts, experts}};
  }

  StageCost of(int rank, const RankLayers& held) const {
    const double work = layer_[0] * held.layers[0] + layer_[1] * held.layers[1] +
                        (held.embedding ? embedding_ : 0.0) + (held.head ? head_ : 0.0);
    const double memory = memory_.of_rank(rank, held).total().si();
    return cut_ == StageCut::kBalanced ? StageCost{work, memory} : StageCost{memory, work};
  }

 private:
  StageCut cut_;
  MemoryModel memory_;
  std::array<double, kLayerKinds.size()> layer_{};
  double embedding_ = 0, head_ = 0;
  std::vector<int> experts_before_;
};

/// Exact, for one virtual stage per rank.
std::vector<int> best_of_chain(const RankCosts& costs, const std::vector<int>& equal) {
  const int last = static_cast<int>(equal.size()) - 1;
  return cut_chain(equal, [&](int stage, int begin, int end) {
    RankLayers held = costs.layers(begin, end);
    held.embedding = stage == 0;
    held.head = stage == last;
    return costs.of(stage, held);
  });
}

/// How good a cut into virtual stages is: the largest costs of a rank, and between them how far
/// from equal all ranks are, so that one of two equally bad ranks can get better first.
struct Verdict {
  double first = 0, squares = 0, second = 0;
  int worst_rank = 0;

  bool better_than(const Verdict& other) const {
    return std::tie(first, squares, second) < std::tie(other.first, other.squares, other.second);
  }
};

Verdict judge(const RankCosts& costs, const std::vector<int>& sizes, int ranks) {
  std::vector<RankLayers> held(static_cast<std::size_t>(ranks));
  int begin = 0;
  for (std::size_t stage = 0; stage < sizes.size(); begin += sizes[stage++]) {
    const RankLayers here = costs.layers(begin, begin + sizes[stage]);
    RankLayers& rank = held[stage % held.size()];
    for (std::size_t kind = 0; kind < here.layers.size(); ++kind) {
      rank.layers[kind] += here.layers[kind];
    }
  }
  held.front().embedding = held.back().head = true;

  Verdict verdict;
  for (int rank = 0; rank < ranks; ++rank) {
    const StageCost cost = costs.of(rank, held[static_cast<std::size_t>(rank)]);
    if (cost.first > verdict.first) verdict.worst_rank = rank;
    verdict.first = std::max(verdict.first, cost.first);
    verdict.squares += cost.first * cost.first;
    verdict.second = std::max(verdict.second, cost.second);
  }
  return verdict;
}

/// One layer less in a chunk of the worst rank, one more elsewhere, as long as that helps.
std::vector<int> moved_layer_by_layer(const RankCosts& costs, std::vector<int> sizes, int ranks) {
  Verdict best = judge(costs, sizes, ranks);
  for (bool improved = true; improved;) {
    improved = false;
    const std::vector<int> from = sizes;
    const auto step = static_cast<std::size_t>(ranks);
    for (auto less = static_cast<std::size_t>(best.worst_rank); less < from.size(); less += step) {
      const bool may_be_empty = less == 0 || less + 1 == from.size();
      if (from[less] <= (may_be_empty ? 0 : 1)) continue;
      for (std::size_t more = 0; more < from.size(); ++more) {
        if (more % step == less % step) continue;
        std::vector<int> moved = from;
        --moved[less];
        ++moved[more];
        const Verdict verdict = judge(costs, moved, ranks);
        if (!verdict.better_than(best)) continue;
        best = verdict;
        sizes = std::move(moved);
        improved = true;
      }
    }
  }
  return sizes;
}

StepInputs with_stages(StepInputs inputs, std::vector<int> stages) {
  inputs.layout.stages = std::move(stages);
  return inputs;
}

}  // namespace

StepInputs cut_as_asked(StepInputs inputs, const Calibration& calibration) {
  if (!inputs.layout.stage_cut()) return inputs;
  const StageCut cut = *inputs.layout.stage_cut();
  const int ranks = inputs.layout.pipeline;
  const std::vector<int> equal = equal_stages(inputs);
  StepInputs as_equal = with_stages(inputs, equal);
  if (ranks == 1) return as_equal;

  const RankCosts costs(inputs, calibration, cut);
  StepInputs as_cut = with_stages(inputs, inputs.layout.virtual_stages == 1
                                              ? best_of_chain(costs, equal)
                                              : moved_layer_by_layer(costs, equal, ranks));
  const bool slower = cut == StageCut::kBalanced && forecast_step(as_cut, calibration).time >
                                                        forecast_step(as_equal, calibration).time;
  return slower ? as_equal : as_cut;
}

std::vector<int> stage_layers(const StepInputs& inputs) { return layers_by_stage(inputs); }

const std::vector<int>* uneven_stages(const StepInputs& inputs) {
  const std::vector<int>* listed = inputs.layout.listed_stages();
  return listed && *listed != equal_stages(inputs) ? listed : nullptr;
}

}  // namespace sextant
