#pragma once

#include <vector>

#include "layer_work.h"
#include "sextant/training/work_item.h"
#include "work_counts.h"

namespace sextant {

using WorkItems = std::vector<WorkItem>;

/// Items of one microbatch passing one piece of the model on one rank, as PassWork has their times.
struct PassItems {
  WorkItems forward;
  WorkItems backward;  ///< with what is recomputed, and with the weights' gradients …
  WorkItems weights;   ///< … unless the schedule runs these apart

  void add(const PassItems& other, double times);
};

/// Lists what WorkCounts counts, each item with the time that WorkModel gives it.
class WorkLister {
 public:
  WorkLister(const StepInputs& inputs, const SoftwareCoefficients& software,
             const WorkModel& model);

  PassItems layer(LayerKind kind) const;
  PassItems embedding() const;
  PassItems head() const;
  WorkItems optimizer(const LayerParameters& trained) const;
  WorkItems message() const;
  WorkItems reduce_gradients(const LayerParameters& trained) const;
  WorkItems gather_parameters(const LayerParameters& parameters) const;
  WorkItems tie_embeddings() const;
  WorkItems norm_all_reduce() const;

 private:
  PassItems gemms(const LayerShapes& shapes) const;
  PassItems attention_core() const;
  PassItems elementwise(const LayerShapes& shapes, LayerKind kind) const;
  WorkItems tensor_communication(LayerKind kind) const;
  WorkItems expert_communication(LayerKind kind) const;
  PassItems context_communication() const;
  void add_recomputation(PassItems& pass, const PassItems& gemm, const PassItems& attention,
                         const PassItems& other) const;
  void finish(PassItems& pass) const;
  WorkItems timed(WorkItems items) const;

  const StepInputs& inputs_;
  const WorkModel& model_;
  WorkCounts counts_;
};

}  // namespace sextant
