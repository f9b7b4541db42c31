#pragma once

#include "layer_shapes.h"
#include "rank_groups.h"
#include "sextant/network/collectives.h"
#include "sextant/training/calibration.h"
#include "sextant/training/operation_graph.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/work_item.h"
#include "work_counts.h"

namespace sextant {

/// Seconds by part of one microbatch passing one piece of the model on one rank.
struct PassWork {
  PartTimes forward;
  PartTimes backward;  ///< with what is recomputed, and with the weights' gradients …
  PartTimes weights;   ///< … unless the schedule runs these apart
};

/// Costs of a rank's work and communication, derived once per forecast.
class WorkModel {
 public:
  /// `use` learns which measured collectives the work asks for.
  WorkModel(const StepInputs& inputs, const Calibration& calibration, CollectiveUse& use);

  PassWork layer(LayerKind kind) const;
  PassWork embedding() const;
  PassWork head() const;
  /// Optimizer update of the parameters that this rank trains, sharding applied.
  Seconds optimizer(const LayerParameters& trained) const;
  /// Activations of one microbatch from one pipeline stage to the next.
  Seconds pipeline_transfer() const;
  /// Reduction of gradients that this rank holds over the ranks with the same parameters.
  Seconds reduce_gradients(const LayerParameters& trained) const;
  /// Gathering of parameters that are sharded over those ranks; 0 without sharding.
  Seconds gather_parameters(const LayerParameters& parameters) const;
  /// All-reduce of the embedding's gradients between first and last stage, for tied embeddings.
  Seconds tie_embeddings() const;
  Seconds norm_all_reduce() const;
  /// Delay of one collective of the tensor-parallel ranks, which a layer waits for.
  Seconds tensor_crossing() const;
  /// The part of an update that the host does.
  Seconds host_optimizer(const OptimizerCounts& counts) const;
  /// One time of an item.
  Seconds time(const WorkItem& item) const;

  double overlap_cost() const { return software_.overlap_cost; }
  /// Parameters that a collective carries at least; 0: it carries those of one layer.
  double reduce_bucket() const { return counts_.reduce_bucket(); }
  double gather_bucket() const { return counts_.gather_bucket(); }
  /// Time of a bucket's reduction, or gathering, as much of it as falls to a layer of this size.
  Seconds reduce_share(const LayerParameters& layer) const;
  Seconds gather_share(const LayerParameters& layer) const;
  /// What is gathered before a forward pass, of the parameters that are gathered before a backward
  /// pass: with ZeRO-3 a reference model's as well.
  LayerParameters gathered_forward(const LayerParameters& layer) const;

 private:
  struct Passes {
    Seconds forward, backward, weights;
  };
  Passes gemms(const Linear& linear) const;
  Passes gemms(const LayerShapes& shapes) const;
  Passes attention_core() const;
  Passes elementwise(const LayerShapes& shapes, LayerKind kind) const;
  Seconds tensor_communication(const LayerShapes& shapes, LayerKind kind, Seconds all_gemms) const;
  Seconds expert_communication(LayerKind kind, Seconds forward_compute) const;
  Passes context_communication(const Passes& attention) const;
  void add_recomputation(PassWork& work, const Passes& gemm, const Passes& attention,
                         const Passes& other) const;
  double exposed_host(double host, double device) const;
  void add_host(PassWork& work, double kernels) const;
  void finish(PassWork& work) const;

  const StepInputs& inputs_;
  const Calibration& calibration_;
  const SoftwareCoefficients& software_;
  KernelTimer timer_;
  CollectiveTimer network_;
  RankGroups groups_;
  WorkCounts counts_;
};

}  // namespace sextant
