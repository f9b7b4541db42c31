#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "sextant/campaign/campaign.h"
#include "sextant/fleet/fleet.h"
#include "sextant/kernel/event.h"
#include "sextant/kernel/simulation.h"
#include "sextant/kernel/task.h"
#include "sim/campaign/saved_steps.h"
#include "sim/campaign/store_growth.h"
#include "sim/campaign/training_stretch.h"
#include "sim/campaign/work_journal.h"

namespace sextant {

/// One training job as a process on a fleet: phase after phase it trains from checkpoint to
/// checkpoint until something interrupts it, recovers, and goes on until its work is done.
class TrainingJob {
 public:
  /// All references outlive the job.
  struct Setup {
    const CampaignInputs& inputs;
    /// Of the phases; each has one for every level of the store, the last one when it has grown.
    const std::vector<std::vector<Cadence>>& cadences;
    UsageEntity entity;
    std::uint64_t seed = 0;
    std::uint32_t replica = 0;
    std::uint32_t number = 0;  ///< of the job among those that have the same seed and replica
    std::vector<NodeIndex> preferred{};  ///< nodes that it takes first, if they are there
    std::function<void()> on_full{};     ///< it has all its nodes, at first or after an eviction
    std::function<void()> on_left{};     ///< it has given back all its nodes, being evicted
    std::function<void()> on_end{};      ///< it has ended
  };

  TrainingJob(Simulation& simulation, Fleet& fleet, const Setup& setup, UsageSink& usage);
  TrainingJob(const TrainingJob&) = delete;
  TrainingJob& operator=(const TrainingJob&) = delete;

  /// Ends when the work is done, or when it is clear that it never will be.
  Process run();
  /// It must give all its nodes back. What it can save within `notice` is not lost.
  void evict(Seconds notice) { fleet_.evict(tenancy_, notice); }
  /// After that it may take nodes again, first those preferred.
  void resume(std::vector<NodeIndex> preferred);
  /// Its own software or storage fails, by the cause of this number.
  void fail(std::size_t cause) {
    if (!(recovering_ && sheltered()) && !idle_) fleet_.fail_job(tenancy_, cause);
  }
  /// Reports what the job has been doing when the simulation was ended in the middle of it. What it
  /// had trained by then counts as kept.
  void end_early();

  bool holds(NodeIndex node) const { return !idle_ && fleet_.holder(node) == tenancy_; }
  bool hopeless() const { return fruitless_failures_ >= kFruitlessFailures; }
  /// Adds its own counts: steps, checkpoints, swaps, interruptions, times of the phases.
  void add_to(CampaignResult& result) const;

 private:
  /// Failures in a row without a saved step between them before the job gives up: with one
  /// chance in a thousand each, 10,000 failures come once in 20,000 runs.
  static constexpr std::int64_t kFruitlessFailures = 10'000;

  /// Training as far as it has gone on the clock of the stretch, which a slow node or missing
  /// replicas hold up.
  struct Pace {
    SimTime since;
    SimDuration done;         ///< of the stretch, at `since`
    double slowdown = 0;      ///< relative, by the slowest node
    double overload = 1;      ///< replicas over those that are left
    SimDuration straggled{};  ///< what slow nodes have added until `since`
    bool degraded = false;    ///< missing replicas have added something

    double slowed() const { return 1 + slowdown; }
  };
  /// Why training stopped.
  enum class Stop { kDone, kInterrupted, kTermOver, kNodesCame, kStoreGrew };
  struct Stopped {
    Stop why;
    Interrupt interrupt;  ///< only of kInterrupted
  };
  /// A checkpoint that is waited for.
  struct Save {
    Seconds time;
    std::optional<std::size_t> tier;  ///< absent: the store
  };

  const Recovery& recovery() const { return inputs_.recovery; }
  const CampaignPhase& phase() const { return inputs_.phases[phase_]; }
  /// No failure hits a recovery.
  bool sheltered() const { return inputs_.failures.clock == FailureClock::kTraining; }
  const Cadence& cadence() const {
    const std::vector<Cadence>& levels = cadences_[phase_];
    return levels[std::min(store_.level(), levels.size() - 1)];
  }
  const CheckpointCosts& store_costs() const { return store_.costs(phase()); }

  // The story.
  Task<bool> assemble();
  Task<bool> begin_phase();
  void finish_phase();
  bool phase_done() const;
  std::int64_t last_step_to_try() const;
  Task<> train();
  Task<Stopped> train_on(const TrainingStretch& stretch);
  void end_stretch(const TrainingStretch& stretch);
  Task<bool> save(Save save);
  Task<> begin_next_term();
  Task<> recover();
  void begin_recovery();
  Task<> detect();
  Task<bool> reconfigure();
  Task<bool> rebuild();
  Task<> step_aside();
  Task<bool> fill_up();
  Task<bool> wait_for_spare();
  Task<bool> start_processes();
  Task<bool> load_data();
  Task<bool> restart_until_it_works();
  Task<bool> load();
  Task<bool> stage(NodeState state, Seconds duration);

  // Training between two stops.
  void set_pace();
  void keep_pace();
  void note_corruptions();
  SimDuration until_term_ends() const;
  SimDuration until_spares_join();
  SimDuration store_grows_at(const TrainingStretch& stretch) const;

  // What is there, and what is lost.
  void note(const Interrupt& interrupt);
  void note_eviction(const Incident& incident);
  bool memory_is_lost() const { return pause_ > Seconds(0) || evicted_; }
  void remove_broken_nodes();
  void take_spares();
  void go_back();
  Save nearest_save(int broken) const;
  Seconds until_people_help() const;
  bool short_of_nodes() const;
  int active_replicas(std::int64_t nodes) const;
  bool enough_replicas() const;
  bool can_go_on_with_less() const;

  void enter(NodeState state);
  void leave();
  void report(NodeState state, SimTime from, SimDuration length);
  UsageInterval usage_now() const;  ///< in the present state so far

  Simulation& simulation_;
  Fleet& fleet_;
  const CampaignInputs& inputs_;
  const std::vector<std::vector<Cadence>>& cadences_;
  UsageEntity entity_;
  UsageSink& usage_;
  std::vector<NodeIndex> preferred_;
  std::function<void()> on_full_;
  std::function<void()> on_left_;
  std::function<void()> on_end_;
  TenancyIndex tenancy_{};
  RandomStream recovery_luck_;

  NodeState state_ = NodeState::kStarting;
  SimTime since_;  ///< when it entered the state
  const TrainingStretch* stretch_ = nullptr;
  Pace pace_;

  std::int64_t members_ = 0;   ///< nodes that it holds
  bool swap_pending_ = false;  ///< a new member is not yet part of the job
  std::optional<SimTime> spares_join_at_;
  Seconds data_to_load_{};  ///< time of copying training data to nodes that have none

  // Of the interruptions at hand.
  SimTime detected_at_;            ///< when they are noticed
  std::optional<Seconds> notice_;  ///< of the one that ended the training
  int broken_ = 0;                 ///< nodes that it took
  Seconds pause_{};                ///< that is planned
  bool unannounced_ = false;       ///< one of them came without notice
  bool all_stopped_ = false;       ///< one of them stopped all replicas
  bool alive_ = false;             ///< the processes of the replicas that are left hold their state
  double slowness_ = 1;            ///< of this recovery against the median
  bool recovering_ = false;
  bool evicted_ = false;     ///< it must give its nodes back
  bool idle_ = false;        ///< it has no nodes: it waits until it may take some, or is over
  bool assembling_ = false;  ///< it takes nodes for the first time since
  Event resumed_;

  std::size_t phase_ = 0;
  SimTime phase_began_;
  SimTime term_began_;
  std::vector<Seconds> phase_times_;  ///< of those that are over
  SavedSteps saved_;                  ///< of this phase
  StoreGrowth store_;
  StoreWrites writes_;
  WorkJournal journal_;
  std::int64_t position_ = 0;       ///< step of the phase at which training goes on
  std::int64_t trained_ = 0;        ///< where it last stopped
  std::int64_t earlier_steps_ = 0;  ///< of the phases before
  std::int64_t fruitless_failures_ = 0;

  std::int64_t nodes_swapped_ = 0;
  std::int64_t calls_ = 0;
  std::int64_t terms_ = 1;
  std::vector<std::int64_t> interruptions_;
};

}  // namespace sextant
