#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sextant/cluster/accelerator.h"
#include "sextant/kernel/quantity.h"
#include "sextant/training/layout.h"
#include "sextant/training/software.h"
#include "sextant/training/transformer.h"
#include "sextant/training/tuning.h"

namespace sextant {

/// The part of a node that a step sees.
struct StepNode {
  Accelerator accelerator;
  int accelerators = 8;              ///< per node: those that share its network cards
  BytesPerSecond network_bandwidth;  ///< all cards of the node, per direction; 0: one node only
  std::string fabric;                ///< key of FabricCoefficients
  int link_domain = 0;               ///< accelerators joined by links; 0: those of the node

  BytesPerSecond host_link{};              ///< accelerator to host memory; 0: not known
  BytesPerSecond host_memory_bandwidth{};  ///< of the node's processors; 0: not known

  std::string platform;  ///< key of CollectiveCoefficients; empty, or not among them: not measured

  int linked() const { return link_domain > accelerators ? link_domain : accelerators; }
};

/// Everything that determines one training step besides the calibration.
struct StepInputs {
  Transformer model;
  Layout layout;
  Software software;
  StepNode node;
  std::int64_t accelerators = 1;  ///< ranks in the whole job
  std::int64_t sequence_length = 0;
  std::int64_t global_batch = 0;  ///< sequences per step
  Precision precision = Precision::kBf16;
  Tuning tuning;

  int data() const;                ///< data-parallel ranks, given or derived
  int shard_ranks() const;         ///< ranks that one shard of the optimizer state spans
  int microbatches() const;        ///< per data-parallel rank and step
  int expert_replicas() const;     ///< ranks of a stage that hold the same routed experts
  int expert_shard_ranks() const;  ///< ranks that one shard of their optimizer state spans
};

/// Why the layout cannot run, in words, one entry per reason: degrees that do not divide. Empty:
/// it can.
std::vector<std::string> layout_faults(const StepInputs& inputs);

/// Generation and precision, as FittedDomain names them: "h100/fp8", "a100/16bit".
std::string accelerator_key(const StepInputs& inputs);

/// What a step has besides what nearly all have, in words as FittedDomain lists them: experts, an
/// encoder, adapters, a schedule other than 1F1B and its interleaving …
std::vector<std::string> step_features(const StepInputs& inputs);

}  // namespace sextant
