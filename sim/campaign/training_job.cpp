#include "sim/campaign/training_job.h"

#include <algorithm>
#include <utility>

#include "sextant/kernel/assert.h"
#include "sextant/kernel/delay.h"

namespace sextant {
namespace {

/// Until a checkpoint that is waited for can be restored.
Seconds save_time(const CheckpointCosts& costs) {
  return costs.mode == CheckpointMode::kBlocking ? costs.write : costs.stall + costs.write;
}

}  // namespace

TrainingJob::TrainingJob(Simulation& simulation, Fleet& fleet, const Setup& setup, UsageSink& usage)
    : simulation_(simulation),
      fleet_(fleet),
      inputs_(setup.inputs),
      cadences_(setup.cadences),
      entity_(setup.entity),
      usage_(usage),
      preferred_(setup.preferred),
      on_full_(setup.on_full),
      on_left_(setup.on_left),
      on_end_(setup.on_end),
      recovery_luck_(setup.seed, "campaign.recovery", setup.replica, setup.number),
      saved_(setup.inputs.phases.front().faster, setup.inputs.nodes,
             RandomStream(setup.seed, "campaign.copies", setup.replica, setup.number)),
      store_(setup.inputs, setup.seed, setup.replica, setup.number),
      writes_(setup.inputs.phases.front().checkpoint.write_failure, setup.seed, setup.replica,
              setup.number),
      journal_(usage),
      interruptions_(fleet.causes().all.size()) {}

Process TrainingJob::run() {
  tenancy_ = fleet_.open(simulation_.current(), {.nodes = static_cast<double>(inputs_.nodes)});
  bool ready = co_await assemble();
  for (phase_ = 0; phase_ < cadences_.size() && !hopeless(); ++phase_) {
    phase_began_ = simulation_.now();
    if (ready) ready = co_await begin_phase();
    if (!ready) co_await recover();
    while (!phase_done() && !hopeless()) co_await train();
    finish_phase();
    ready = true;
  }
  fleet_.close(tenancy_);
  members_ = 0;
  idle_ = true;
  if (on_end_) on_end_();
}

/// Takes nodes; waits where too few are there. False if it was interrupted meanwhile.
Task<bool> TrainingJob::assemble() {
  assembling_ = true;
  for (const NodeIndex node : std::exchange(preferred_, {})) {
    if (members_ < inputs_.nodes && fleet_.take(tenancy_, node)) ++members_;
  }
  const bool full = co_await fill_up();
  if (!full) co_return false;
  assembling_ = false;
  if (on_full_) on_full_();
  co_return true;
}

/// The first start of the run, or a planned stop where the phase asks for one. False if it was
/// interrupted by a failure.
Task<bool> TrainingJob::begin_phase() {
  const bool first = phase_ == 0;
  if (!first && !phase().restarts) co_return true;
  if (first && inputs_.term) {
    const bool there = co_await stage(NodeState::kStarting, inputs_.term->start);
    if (!there) co_return false;
  }
  if (first) data_to_load_ = inputs_.data.load;
  const NodeState state = first ? NodeState::kStarting : NodeState::kRestarting;
  const bool started = co_await stage(state, recovery().start_time(inputs_.ranks));
  if (!started) co_return false;
  const bool there = co_await load_data();
  if (!there) co_return false;
  const auto& compilation = first ? recovery().compilation : recovery().cached_compilation;
  const bool compiled = co_await stage(NodeState::kCompiling, or_none(compilation));
  if (!compiled) co_return false;
  const bool loaded = co_await load();
  co_return loaded;
}

void TrainingJob::finish_phase() {
  journal_.keep_all();
  saved_.begin_phase();
  phase_times_.push_back((simulation_.now() - phase_began_).seconds());
  earlier_steps_ += std::exchange(position_, 0);
  alive_ = false;
}

/// Up to where the next stretch would train: to the end, or as far as fits into the phase's time.
std::int64_t TrainingJob::last_step_to_try() const {
  if (!phase().duration) return cadence().steps();
  const SimTime end = phase_began_ + SimDuration::rounded(*phase().duration);
  return position_ + steps_that_fit(cadence(), position_, end - simulation_.now());
}

bool TrainingJob::phase_done() const { return position_ == last_step_to_try(); }

/// Until the phase is done or something stops it; then whatever lets it go on.
Task<> TrainingJob::train() {
  writes_.set_failure(store_costs().write_failure);
  const TrainingStretch stretch(cadence(), position_, last_step_to_try(), writes_);
  stretch_ = &stretch;
  enter(NodeState::kTraining);
  pace_ = {.since = simulation_.now(), .done = {}};
  const Stopped stopped = co_await train_on(stretch);
  end_stretch(stretch);
  if (stopped.why == Stop::kDone) co_return;
  if (stopped.why == Stop::kStoreGrew) {
    position_ = trained_;
    journal_.roll_back(position_);
    journal_.settle(saved_.safe());
    co_return;
  }
  if (stopped.why == Stop::kInterrupted) note(stopped.interrupt);
  if (stopped.why == Stop::kTermOver) {
    const bool saved = co_await save(nearest_save(inputs_.nodes));
    if (saved) co_await begin_next_term();
  } else if (stopped.why == Stop::kNodesCame) {
    take_spares();
  } else if (notice_) {
    const Save save_in_time = nearest_save(memory_is_lost() ? inputs_.nodes : broken_);
    if (save_in_time.time <= *notice_) {
      const bool saved = co_await save(save_in_time);
      static_cast<void>(saved);  // if not, it was interrupted again
    }
  } else if (phase().faster.empty() && !can_go_on_with_less()) {
    go_back();  // nothing but the store can hold what was trained
  }
  co_await recover();
}

Task<TrainingJob::Stopped> TrainingJob::train_on(const TrainingStretch& stretch) {
  const SimDuration last = std::min(stretch.length(), store_grows_at(stretch));
  for (;;) {
    note_corruptions();
    set_pace();
    const SimDuration left = last - pace_.done;
    const double factor = pace_.slowed() * pace_.overload;
    const SimDuration stretched = SimDuration::rounded(factor * left.seconds());
    const SimDuration wait = factor == 1 ? left : std::max(left, stretched);
    const SimDuration term = until_term_ends();
    const SimDuration join = until_spares_join();
    const SimDuration next = std::min({wait, term, join});
    Wake wake;
    if (short_of_nodes()) {
      wake = co_await any_of(delay(next), fleet_.unnoticed(tenancy_), fleet_.spare_arrived());
    } else {
      wake = co_await any_of(delay(next), fleet_.unnoticed(tenancy_));
    }
    keep_pace();
    if (wake.interrupted()) co_return Stopped{Stop::kInterrupted, wake.interrupt()};
    if (wake.index() != 0) continue;
    if (next == wait) {
      pace_.done = last;
      co_return Stopped{last < stretch.length() ? Stop::kStoreGrew : Stop::kDone, {}};
    }
    co_return Stopped{next == term ? Stop::kTermOver : Stop::kNodesCame, {}};
  }
}

/// The stretch has ended, at its end or before.
void TrainingJob::end_stretch(const TrainingStretch& stretch) {
  stretch_ = nullptr;
  const SimDuration done = pace_.done;
  journal_.add(stretch, since_, done, usage_now());
  const SimTime trained_until = since_ + done;
  const SimDuration added = simulation_.now() - trained_until;  // a nanosecond of it is rounding
  const bool degraded = pace_.degraded;
  const SimDuration straggled = degraded ? std::min(pace_.straggled, added) : added;
  report(NodeState::kStraggling, trained_until, straggled);
  const SimTime degraded_from = trained_until + straggled;
  report(NodeState::kDegraded, degraded_from, simulation_.now() - degraded_from);

  const std::int64_t durable = stretch.durable_steps(done);
  bool progress = durable > 0;
  if (durable > 0) saved_.save_in_store(position_ + durable);
  for (std::size_t tier = 0; tier < phase().faster.size(); ++tier) {
    const std::int64_t steps = stretch.saved_steps(tier, done);
    if (steps > 0) saved_.save_in_tier(tier, position_ + steps);
    progress |= steps > 0;
  }
  if (progress) fruitless_failures_ = 0;
  const std::int64_t writes = stretch.store_writes(done);
  store_.write(phase(), writes, stretch.durable_checkpoints(done));
  writes_.advance(writes);
  trained_ = position_ + stretch.trained_steps(done);
  alive_ = true;
  if (done == stretch.length()) position_ = trained_;
  journal_.settle(saved_.safe());
}

/// The processes' state is not lost yet, and there is time to save it.
Task<bool> TrainingJob::save(Save save) {
  const bool saved = co_await stage(NodeState::kCheckpointStall, save.time);
  if (!saved) co_return false;
  if (save.tier) {
    saved_.save_in_tier(*save.tier, trained_);
  } else {
    saved_.save_in_store(trained_);
    store_.write(phase(), 1, 1);
  }
  fruitless_failures_ = 0;
  co_return true;
}

/// Where a save that is waited for takes least time and outlives the loss of `broken` nodes.
TrainingJob::Save TrainingJob::nearest_save(int broken) const {
  Save nearest{.time = save_time(store_costs()), .tier = std::nullopt};
  for (std::size_t i = 0; i < phase().faster.size(); ++i) {
    const FasterTier& tier = phase().faster[i];
    const bool outlives = tier.medium == CheckpointMedium::kFileSystem || tier.copies > broken;
    if (outlives && save_time(tier.costs) < nearest.time) nearest = {save_time(tier.costs), i};
  }
  return nearest;
}

/// Nothing is rented until the next term begins.
Task<> TrainingJob::begin_next_term() {
  ++terms_;
  all_stopped_ = true;
  alive_ = false;
  data_to_load_ = inputs_.data.load;
  fleet_.set_rented(false);
  fleet_.stop_clock(tenancy_);
  enter(NodeState::kReleased);
  const SimTime next = simulation_.now() + SimDuration::rounded(inputs_.term->gap);
  while (simulation_.now() < next) {
    const Wake wake = co_await delay(next - simulation_.now());
    if (!wake.interrupted() || fleet_.incident(tenancy_, wake.interrupt()).of_job) continue;
    note(wake.interrupt());
  }
  leave();
  fleet_.start_clock(tenancy_);
  fleet_.set_rented(true);
  term_began_ = simulation_.now();
  const bool started = co_await stage(NodeState::kStarting, inputs_.term->next_start);
  static_cast<void>(started);
}

Task<bool> TrainingJob::stage(NodeState state, Seconds duration) {
  if (duration <= Seconds(0)) co_return true;
  enter(state);
  const Wake wake = co_await delay(SimDuration::rounded(duration));
  leave();
  if (!wake.interrupted()) co_return true;
  note(wake.interrupt());
  co_return false;
}

void TrainingJob::set_pace() {
  pace_.slowdown = fleet_.slowdown(tenancy_);
  pace_.overload = 1;
  if (inputs_.elasticity) {
    pace_.overload = static_cast<double>(inputs_.elasticity->replicas) / active_replicas(members_);
  }
}

/// Brings the clock of the stretch up to now.
void TrainingJob::keep_pace() {
  const SimDuration wall = simulation_.now() - pace_.since;
  pace_.since = simulation_.now();
  const double slowed = pace_.slowed();
  if (slowed == 1 && pace_.overload == 1) {
    pace_.done += wall;
    return;
  }
  const SimDuration at_pace = SimDuration::rounded(wall.seconds() / (slowed * pace_.overload));
  const SimDuration done = std::min(at_pace, wall);
  pace_.done += done;
  pace_.degraded |= pace_.overload > 1;
  pace_.straggled += SimDuration::rounded(pace_.slowdown * done.seconds());
}

void TrainingJob::note_corruptions() {
  std::int64_t clean = saved_.in_store();
  if (stretch_ != nullptr) {
    const std::int64_t durable = stretch_->durable_steps(pace_.done);
    if (durable > 0) clean = position_ + durable;
  }
  while (saved_.corruptions() < fleet_.corruptions(tenancy_)) saved_.corrupt(clean);
}

SimDuration TrainingJob::until_term_ends() const {
  if (!inputs_.term) return SimDuration::never();
  const SimDuration usable =
      SimDuration::rounded(inputs_.term->length - nearest_save(inputs_.nodes).time);
  return std::max(term_began_ + usable - simulation_.now(), SimDuration());
}

/// On the clock of the stretch: when the write is over whose load makes the store split. Never, if
/// nothing is left to train then but the last checkpoint.
SimDuration TrainingJob::store_grows_at(const TrainingStretch& stretch) const {
  const std::optional<std::int64_t> writes = store_.writes_until_split(phase());
  if (!writes || stretch.store_writes(stretch.length()) < *writes) return SimDuration::never();
  SimDuration before;
  SimDuration at = stretch.length();
  while (at - before > SimDuration(1)) {
    const SimDuration middle = before + SimDuration((at - before).ns() / 2);
    (stretch.store_writes(middle) < *writes ? before : at) = middle;
  }
  return stretch.trained_steps(at) < stretch.steps() ? at : SimDuration::never();
}

/// Training goes on while the new nodes get ready.
SimDuration TrainingJob::until_spares_join() {
  const auto spares = static_cast<std::int64_t>(fleet_.spares());
  const std::int64_t could = std::min<std::int64_t>(inputs_.nodes, members_ + spares);
  if (!short_of_nodes() || active_replicas(could) == active_replicas(members_)) {
    return SimDuration::never();
  }
  if (!spares_join_at_) {
    const Seconds ready = recovery().swap.value + inputs_.data.load_new_node;
    spares_join_at_ = simulation_.now() + SimDuration::rounded(ready);
  }
  return std::max(*spares_join_at_ - simulation_.now(), SimDuration());
}

bool TrainingJob::short_of_nodes() const {
  return recovery().elastic && inputs_.elasticity && members_ < inputs_.nodes;
}

int TrainingJob::active_replicas(std::int64_t nodes) const {
  const Elasticity& job = *inputs_.elasticity;
  const bool all = nodes >= inputs_.nodes;
  return all ? job.replicas : static_cast<int>(nodes / job.nodes_per_replica);
}

void TrainingJob::resume(std::vector<NodeIndex> preferred) {
  preferred_ = std::move(preferred);
  resumed_.trigger();
}

void TrainingJob::end_early() {
  phase_times_.push_back((simulation_.now() - phase_began_).seconds());
  if (stretch_ != nullptr) {
    keep_pace();
    end_stretch(*stretch_);
    position_ = trained_;
  } else {
    if (!idle_) leave();
    go_back();
  }
  journal_.keep_all();
  fleet_.close(tenancy_);
  members_ = 0;
  idle_ = true;
}

void TrainingJob::add_to(CampaignResult& result) const {
  result.phase_times = phase_times_;
  result.steps_done = earlier_steps_ + position_;
  result.checkpoints = store_.traffic().durable;
  result.nodes_swapped = nodes_swapped_;
  result.peak_missing = fleet_.peak_missing();
  result.calls = calls_;
  result.store = store_.traffic();
  result.terms = terms_;
  result.interruptions = interruptions_;
}

void TrainingJob::enter(NodeState state) {
  state_ = state;
  since_ = simulation_.now();
}

void TrainingJob::leave() { report(state_, since_, simulation_.now() - since_); }

void TrainingJob::report(NodeState state, SimTime from, SimDuration length) {
  if (length <= SimDuration()) return;
  usage_.add({.entity = entity_,
              .state = state,
              .from_ns = from.ns(),
              .to_ns = (from + length).ns(),
              .nodes = members_});
}

UsageInterval TrainingJob::usage_now() const {
  return {.entity = entity_,
          .state = state_,
          .from_ns = since_.ns(),
          .to_ns = simulation_.now().ns(),
          .nodes = members_};
}

}  // namespace sextant
