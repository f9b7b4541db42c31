#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sextant/training/step_inputs.h"
#include "src/scenario/scenario.h"

namespace sextant::report {

/// How layers are cut into virtual stages.
enum class StageSplit {
  kEven,      ///< equal numbers
  kWithEnds,  ///< equal numbers, the embedding and the head counted as one layer each
  kListed,    ///< neither
};

/// A phase of a run as it would be launched.
struct LaunchPhase {
  const scenario::Scenario& scenario;
  scenario::PhasePlan plan;           ///< its stages cut
  StepInputs inputs;                  ///< of its last batch
  std::optional<std::int64_t> steps;  ///< none: it ends by the clock
  std::size_t number = 1;             ///< of `count` phases
  std::size_t count = 1;

  const Layout& layout() const { return inputs.layout; }
  const Transformer& model() const { return inputs.model; }
  int devices_per_node() const { return inputs.node.accelerators; }
  int chunks() const { return layout().pipeline * layout().virtual_stages; }
  StageSplit split() const;
  /// Layers of each virtual stage, in model order.
  std::vector<int> stages() const;
  /// Layers that are recomputed at the start of each virtual stage, of those that it has.
  std::int64_t recomputed_layers() const;
  std::optional<std::int64_t> evaluation_batches() const;
  /// Ranks over which the data are spread, sequences cut over several among them: what a ZeRO shard
  /// can span.
  int replicas() const { return inputs.data() * layout().context; }
  bool sharded_in_groups() const { return inputs.shard_ranks() < replicas(); }
};

/// @throws as plan_phases if the layout cannot run
std::vector<LaunchPhase> launch_phases(const scenario::Scenario& scenario);

/// What cannot be said in any of the formats that stem from Megatron-LM: one sentence each.
std::vector<std::string> unsaid_by_megatron(const LaunchPhase& phase);

/// Lines of comment before the settings: whose they are, how to use them, and what they leave out.
std::string settings_heading(const LaunchPhase& phase, std::string_view whose, std::string_view use,
                             const std::vector<std::string>& notes);

}  // namespace sextant::report
