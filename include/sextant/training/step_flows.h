#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "sextant/cluster/fabric.h"
#include "sextant/cluster/placement.h"
#include "sextant/network/flow_problem.h"
#include "sextant/training/calibration.h"
#include "sextant/training/step_inputs.h"
#include "sextant/training/step_profile.h"
#include "sextant/training/step_recipe.h"

namespace sextant {

/// Traffic of others on the fabric while a step runs.
struct BackgroundTraffic {
  std::string name;
  std::vector<TransferPattern> transfers;  ///< at once; bytes of each flow as in the patterns
  double rate = std::numeric_limits<double>::infinity();  ///< of a flow at most [B/s]
  double from = 0.0;                                      ///< into the first step [s]
  bool endless = false;                                   ///< goes on as long as the steps do
};

/// A job whose step runs on a fabric.
struct FlowJob {
  std::string name;
  StepInputs inputs;
  const Calibration* calibration = nullptr;
  Placement placement;
  int steps = 1;  ///< one after another
};

/// What each activity of the problem belongs to.
struct FlowNote {
  std::int32_t job = -1;        ///< -1: background
  std::int32_t step = 0;        ///< of the job's
  std::int32_t operation = -1;  ///< id in the job's recipe; -1: none
  std::int32_t item = -1;       ///< of the operation's work; -1: what is not moved
  std::int32_t replica = 0;     ///< data-parallel index, of several the first; 0 where folded
};

/// Steps of jobs on one fabric, as the flow engine runs them.
///
/// Every collective and message that leaves a link domain is a transfer; the rest of an operation
/// lasts as the replay tier has it. A flow goes no faster than its calibrated time says, so that on
/// an idle fabric the step is the replay's; it goes slower where it shares a link. Line rates are
/// the capacities of links, except that a node's own links carry at least what the calibration has
/// seen one collective take through one of their kind. Where that raises the lines of the cards,
/// all lines of the network are raised by the same factor: a calibration that has seen cards carry
/// more than their datasheet says has seen switches do so too, and a non-blocking fabric stays one.
///
/// An operation with several transfers, as a pass over many layers has, takes turns between work
/// and transfers. Where its calibrated transfers take longer than the operation, since the model
/// hides them behind work, they go faster in proportion. By itself every operation takes what the
/// replay tier says. First and last stage share the all-reduce of tied embeddings: half its bytes
/// each.
///
/// Folded: one rank per pipeline stage stands for its tensor, context and data-parallel peers, and
/// carries their load. Unfolded: one for each data-parallel index; tensor and context peers go in
/// step and stay together.
struct StepFlows {
  FlowProblem problem;
  std::vector<FlowNote> notes;  ///< of the problem's activities
  /// Time of each activity as the replay tier has it, on a fabric that is never in the way [s];
  /// what it took longer is the fabric's doing.
  std::vector<double> alone;
  /// By pattern of the problem: the data-parallel indices that start its transfers together; none:
  /// background.
  std::vector<std::vector<std::int32_t>> replicas;
  std::vector<std::int32_t> links;  ///< of the fabric, by the problem's links
  std::vector<StepRecipe> recipes;  ///< of the jobs
  /// Bytes that the step's transfers move over each link of the fabric, by operation kind, summed
  /// over one step of every job: what utilisation is counted from.
  struct LinkBytes {
    std::int32_t link = 0;
    std::int32_t job = 0;
    OperationKind kind = OperationKind::kJoin;
    double bytes = 0.0;
  };
  std::vector<LinkBytes> link_bytes;
  bool folded = false;
};

struct StepFlowsOptions {
  bool fold = true;  ///< false: unfolded even where it need not be
  std::int64_t most_activities = 20'000'000;
};

/// @throws std::length_error if more activities than `most_activities` would be needed, in words
/// @param asymmetry why it could not be folded; empty where it was, or was not asked to be
StepFlows step_flows(const Fabric& fabric, const std::vector<FlowJob>& jobs,
                     const std::vector<BackgroundTraffic>& background,
                     const StepFlowsOptions& options, std::string* asymmetry);

/// A job's steps as the flows had them.
struct FlowedStep {
  Seconds time;                                 ///< of the last step of the job's
  std::array<Seconds, kStepParts> breakdown{};  ///< sums to it
  /// By operation kind that moves bytes across nodes: time of its transfers, of one rank, alone and
  /// as they went.
  struct Kind {
    OperationKind kind = OperationKind::kJoin;
    Seconds alone, flowed;
    std::int32_t busiest_link = -1;  ///< of the fabric, that the slowed transfers had most to share
  };
  std::vector<Kind> kinds;
};
FlowedStep flowed_step(const StepFlows& flows, const FlowResult& result, std::size_t job);

}  // namespace sextant
