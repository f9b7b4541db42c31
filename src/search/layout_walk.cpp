#include "src/search/layout_walk.h"

#include <algorithm>
#include <optional>

#include "sextant/kernel/assert.h"

namespace sextant::search {
namespace {

/// One branch of the space. Every cut stands for a fault that layout_faults names; what no cut
/// finds it finds at the leaf.
class Branch {
 public:
  Branch(const StepInputs& start, const LayoutSpace& space,
         const std::vector<std::int64_t>& batches,
         const std::function<void(const StepInputs&)>& visit)
      : space_(space), batches_(batches), visit_(visit), inputs_(start) {}

  void run(int tensor, int pipeline, int virtual_stages) {
    const std::int64_t stages = std::int64_t{pipeline} * virtual_stages;
    if (inputs_.model.heads % tensor != 0 || stages > inputs_.model.layers + 2) return;
    if (pipeline > kMostPipelineRanks || stages > kMostVirtualStages) return;
    layout_.tensor = tensor;
    layout_.pipeline = pipeline;
    layout_.virtual_stages = virtual_stages;
    if (virtual_stages > 1 && !space_.uneven_chunks && !are_even(inputs_.model, layout_)) return;
    layout_.data.reset();
    take_stages(stages);
    try_contexts();
  }

 private:
  /// Listed stages are for as many as they are; what they are to be cut for is decided later.
  void take_stages(std::int64_t stages) {
    const std::vector<int>* listed = layout_.listed_stages();
    if (!listed || static_cast<std::int64_t>(listed->size()) != stages) layout_.stages.reset();
    const bool follows =
        layout_.schedule == Schedule::k1f1b || layout_.schedule == Schedule::kInterleaved;
    if (follows) layout_.schedule.reset();
  }

  void try_contexts() {
    for (const int context : space_.context) {
      const std::int64_t model_ranks = std::int64_t{layout_.tensor} * layout_.pipeline * context;
      if (inputs_.accelerators % model_ranks != 0) continue;
      layout_.context = context;
      replicas_ = inputs_.data() * context;
      if (divides_batches(inputs_.data())) try_experts();
    }
  }

  void try_experts() {
    for (const int expert : space_.expert) {
      if (expert > 1 && (!inputs_.model.experts || inputs_.model.experts->count % expert != 0)) {
        continue;
      }
      layout_.expert = expert;
      try_zero();
    }
  }

  void try_zero() {
    if (replicas_ == 1) {
      layout_.zero = 0;
      try_shard_groups();
      return;
    }
    for (const int zero : space_.zero) {
      if (layout_.pipeline > 1 && zero > space_.pipelined_zero) continue;
      layout_.zero = zero;
      try_shard_groups();
    }
  }

  void try_shard_groups() {
    bool all_tried = false;
    for (const int group : space_.shard_group) {
      const bool all = layout_.zero == 0 || group == 0 || group >= replicas_;
      if (all ? all_tried : replicas_ % group != 0) continue;
      all_tried = all_tried || all;
      layout_.shard_group = all ? std::nullopt : std::optional(group);
      try_micro_batches();
    }
  }

  void try_micro_batches() {
    for (const int sequences : space_.micro_batch) {
      layout_.micro_batch = sequences;
      const std::int64_t rounds = layout_.virtual_stages > 1 ? layout_.pipeline : 1;
      if (!divides_batches(std::int64_t{inputs_.data()} * sequences * rounds)) continue;
      try_recomputation();
    }
  }

  void try_recomputation() {
    for (const Recompute recompute : space_.recompute) {
      layout_.recompute = recompute;
      if (recompute == Recompute::kNone) {
        layout_.recompute_every = 1;
        visit_valid();
        continue;
      }
      for (const int every : space_.recompute_every) {
        layout_.recompute_every = every;
        visit_valid();
      }
    }
  }

  void visit_valid() const {
    if (layout_faults(inputs_).empty()) visit_(inputs_);
  }

  bool divides_batches(std::int64_t divisor) const {
    return std::all_of(batches_.begin(), batches_.end(),
                       [divisor](std::int64_t batch) { return batch % divisor == 0; });
  }

  const LayoutSpace& space_;
  const std::vector<std::int64_t>& batches_;
  const std::function<void(const StepInputs&)>& visit_;
  StepInputs inputs_;
  Layout& layout_ = inputs_.layout;
  std::int64_t replicas_ = 1;  ///< data · context ranks
};

}  // namespace

bool are_even(const Transformer& model, const Layout& layout) {
  const std::int64_t stages = std::int64_t{layout.pipeline} * layout.virtual_stages;
  return model.layers % stages == 0 || (model.layers + 2) % stages == 0;
}

LayoutWalk::LayoutWalk(const StepInputs& start, const LayoutSpace& space,
                       const std::vector<std::int64_t>& batches)
    : start_(start), space_(space), batches_(batches) {
  SEXTANT_ASSERT(space.size() > 0, "a degree has no values");
  batches_.push_back(start.global_batch);
}

std::int64_t LayoutWalk::branches() const {
  return static_cast<std::int64_t>(space_.tensor.size() * space_.pipeline.size() *
                                   space_.virtual_stages.size());
}

std::int64_t LayoutWalk::branch_size() const {
  return static_cast<std::int64_t>(space_.context.size() * space_.expert.size() *
                                   space_.zero.size() * space_.shard_group.size() *
                                   space_.micro_batch.size() * space_.recompute.size() *
                                   space_.recompute_every.size());
}

void LayoutWalk::visit_branch(std::int64_t branch,
                              const std::function<void(const StepInputs&)>& visit) const {
  const auto index = static_cast<std::size_t>(branch);
  const std::size_t stages = index % space_.virtual_stages.size();
  const std::size_t rest = index / space_.virtual_stages.size();
  const int pipeline = space_.pipeline[rest % space_.pipeline.size()];
  const int tensor = space_.tensor[rest / space_.pipeline.size()];
  if (pipeline == 1 && stages > 0) return;
  const int virtual_stages = pipeline == 1 ? 1 : space_.virtual_stages[stages];
  Branch(start_, space_, batches_, visit).run(tensor, pipeline, virtual_stages);
}

}  // namespace sextant::search
