#pragma once

#include <cstdint>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/fleet/fleet.h"
#include "sextant/kernel/simulation.h"
#include "sextant/kernel/task.h"
#include "sim/campaign/training_stretch.h"

namespace sextant {

/// One training job as a process on a fleet: phase after phase it trains from checkpoint to
/// checkpoint until a failure interrupts it, recovers, and goes on until its work is done.
class TrainingJob {
 public:
  /// All references outlive the job.
  struct Setup {
    const CampaignInputs& inputs;
    const std::vector<Cadence>& cadences;  ///< of the phases
    UsageEntity entity;
  };

  TrainingJob(Simulation& simulation, Fleet& fleet, const Setup& setup, UsageSink& usage);
  TrainingJob(const TrainingJob&) = delete;
  TrainingJob& operator=(const TrainingJob&) = delete;

  /// Stops the simulation when the work is done, or when it is clear that it never will be.
  Process run();
  /// Reports what the job has been doing when the simulation was ended in the middle of it. What it
  /// had trained by then counts as kept.
  void end_early();

  bool hopeless() const { return fruitless_failures_ >= kFruitlessFailures; }
  /// Adds its own counts: steps, checkpoints, swaps, interruptions, times of the phases.
  void add_to(CampaignResult& result) const;

 private:
  /// Failures in a row without a durable checkpoint between them before the job gives up: with one
  /// chance in a thousand each, 10,000 failures come once in 20,000 runs.
  static constexpr std::int64_t kFruitlessFailures = 10'000;

  const CampaignPhase& phase() const { return inputs_.phases[phase_]; }
  const Cadence& cadence() const { return cadences_[phase_]; }

  void take_nodes();
  Task<bool> begin_phase();
  Task<> finish_phase();
  bool phase_done() const;
  std::int64_t last_step_to_try() const;
  Task<> train();
  Task<> recover();
  Task<> detect();
  Task<bool> rebuild();
  Task<bool> fill_up();
  Task<bool> wait_for_spare();
  Task<bool> stage(NodeState state, Seconds duration);

  void note(const Interrupt& interrupt);
  void remove_broken_nodes();
  void enter(NodeState state);
  void leave();
  UsageInterval usage_now() const;  ///< in the present state so far

  Simulation& simulation_;
  Fleet& fleet_;
  const CampaignInputs& inputs_;
  const std::vector<Cadence>& cadences_;
  UsageEntity entity_;
  UsageSink& usage_;
  TenancyIndex tenancy_{};

  NodeState state_ = NodeState::kStarting;
  SimTime since_;  ///< when it entered the state
  const TrainingStretch* stretch_ = nullptr;

  std::int64_t members_ = 0;       ///< nodes that it holds
  std::vector<NodeIndex> broken_;  ///< members to be replaced
  bool swap_pending_ = false;      ///< a new member is not yet part of the job
  SimTime detected_at_;            ///< when the present failures are noticed
  std::size_t phase_ = 0;
  SimTime phase_began_;
  std::vector<Seconds> phase_times_;  ///< of those that are over
  std::int64_t durable_steps_ = 0;    ///< of this phase
  std::int64_t earlier_steps_ = 0;    ///< of the phases before
  std::int64_t fruitless_failures_ = 0;

  std::int64_t checkpoints_ = 0;
  std::int64_t nodes_swapped_ = 0;
  std::int64_t undurable_steps_ = 0;  ///< trained when the run was ended
  std::size_t node_causes_;           ///< job causes follow after so many
  std::vector<std::int64_t> interruptions_;
};

/// Time from a failure until it is noticed; a null cause is a crash.
Seconds detection_time(const Recovery& recovery, const FailureCause* cause);

}  // namespace sextant
