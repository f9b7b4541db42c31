#pragma once

#include "sextant/network/collectives.h"
#include "sextant/training/calibration.h"
#include "sextant/training/operation_graph.h"
#include "sextant/training/step_inputs.h"

namespace sextant {

/// Seconds by part of one microbatch passing one piece of the model on one rank.
struct PassWork {
  PartTimes forward;
  PartTimes backward;  ///< with what is recomputed
};

/// Costs of a rank's work and communication, derived once per forecast.
class WorkModel {
 public:
  WorkModel(const StepInputs& inputs, const Calibration& calibration);

  PassWork layer() const;
  PassWork embedding() const;
  PassWork head() const;
  /// Optimizer update of `parameters` on this rank, sharding applied.
  Seconds optimizer(double parameters) const;
  /// Activations of one microbatch from one pipeline stage to the next.
  Seconds pipeline_transfer() const;
  /// Reduction of the gradients of `parameters` held by this rank over its data-parallel peers.
  Seconds reduce_gradients(double parameters) const;
  /// Gathering of `parameters` that are sharded over data-parallel peers; 0 without sharding.
  Seconds gather_parameters(double parameters) const;
  /// All-reduce of the embedding's gradients between first and last stage, for tied embeddings.
  Seconds tie_embeddings() const;
  Seconds norm_all_reduce() const;

  double overlap_cost() const { return software_.overlap_cost; }

 private:
  struct Passes {
    Seconds forward, backward;
  };
  Seconds linear(double n, double k) const;
  Passes gemms() const;
  Passes attention_core() const;
  Passes elementwise() const;
  Passes tensor_communication(Seconds forward_gemms) const;
  Passes context_communication(const Passes& attention) const;
  GroupPlacement tensor_group() const;
  GroupPlacement context_group() const;
  GroupPlacement shard_group() const;
  GroupPlacement replica_group() const;
  int ranks_per_node_beyond(int inner) const;
  int forward_kernels() const;

  const StepInputs& inputs_;
  const Calibration& calibration_;
  const SoftwareCoefficients& software_;
  KernelTimer timer_;
  CollectiveTimer network_;
  double tokens_;  ///< per microbatch on this rank, context parallelism applied
  double hidden_, key_value_, feed_forward_, vocabulary_, tensor_;
  bool fp8_;
};

}  // namespace sextant
