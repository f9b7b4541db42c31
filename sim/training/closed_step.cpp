#include "sextant/training/closed_step.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "closed_step_passes.h"
#include "rank_memory.h"
#include "sextant/training/step_model.h"

namespace sextant {
namespace {

constexpr int kMostRanks = 128;
constexpr int kMostStages = 256;

/// The passes of all ranks, in time with one another.
class ClosedPipeline {
 public:
  ClosedPipeline(const StepInputs& inputs, const Calibration& calibration)
      : inputs_(inputs),
        shape_(pipeline_shape(inputs)),
        passes_(inputs, calibration),
        slots_(shape_.chunks * shape_.microbatches),
        transfer_(shape_.ranks > 1 ? passes_.work().pipeline_transfer().si() : 0.0) {
    int layer = 0;
    const StagePasses* before = nullptr;
    for (int index = 0; index < shape_.ranks * shape_.chunks; ++index) {
      const int layers = layers_of_stage(inputs, index);
      StagePasses& stage = stages_[static_cast<std::size_t>(index)];
      stage = passes_.stage(index, layer, layers, before);
      before = &stage;
      chunk_of_[static_cast<std::size_t>(index)] = index / shape_.ranks;
      RankLayers& held = held_[static_cast<std::size_t>(index % shape_.ranks)];
      for (const int end = layer + layers; layer < end; ++layer) {
        ++held.layers[inputs.model.has_experts(layer) ? 1 : 0];
      }
    }
    for (int r = 0; r < shape_.ranks; ++r) {
      ahead_[static_cast<std::size_t>(r)] = forwards_ahead(r, shape_);
    }
    held_.front().embedding = true;
    rank(held_, shape_.ranks - 1).head = true;
  }

  /// No rank begins before the ranks before it have passed a microbatch on, works less than all its
  /// passes, or ends before its last gradients are back at the first rank. Weights' gradients that
  /// are made apart may be made meanwhile.
  Seconds lower_bound() const {
    double longest = 0.0, around = 0.0;
    for (int r = 0; r < shape_.ranks; ++r) {
      double work = 0.0;
      for (int stage = r; stage < shape_.ranks * shape_.chunks; stage += shape_.ranks) {
        const PassSeconds& whole = stages_[static_cast<std::size_t>(stage)].whole;
        work += whole.forward + whole.backward + whole.weights;
      }
      longest = std::max(longest, around + work * shape_.microbatches);
      const PassSeconds& first = stages_[static_cast<std::size_t>(r)].whole;
      around += first.forward + transfer_;
      if (shape_.schedule != Schedule::kZeroBubble) around += first.backward + transfer_;
    }
    return Seconds(longest) + passes_.work().norm_all_reduce();
  }

  ClosedStep run() {
    if (shape_.schedule == Schedule::kGpipe) {
      run_all_forward_first();
    } else {
      run_in_turns();
    }
    return {finish(), peak_memory(inputs_, ranks(held_))};
  }

 private:
  template <class T>
  static T& rank(std::array<T, kMostRanks>& all, int index) {
    return all[static_cast<std::size_t>(index)];
  }
  template <class T>
  std::span<T> ranks(std::array<T, kMostRanks>& all) const {
    return std::span(all).first(static_cast<std::size_t>(shape_.ranks));
  }

  /// The n-th forward, or backward, pass of a rank: groups of as many microbatches as there are
  /// ranks go through chunk after chunk.
  Pass pass(PassKind kind, int n) const {
    if (shape_.chunks == 1) return {kind, 0, n};
    const int round = shape_.ranks * shape_.chunks;
    const int group = n / round;
    const int within = n - group * round;
    const int chunk = chunk_of_[static_cast<std::size_t>(within)];
    return {kind, kind == PassKind::kForward ? chunk : shape_.chunks - 1 - chunk,
            (group - chunk) * shape_.ranks + within};
  }

  void forward(int index, int n, double arrival) {
    const Pass pass = this->pass(PassKind::kForward, n);
    const int stage = pass.chunk * shape_.ranks + index;
    RankClock& clock = rank(clocks_, index);
    passes_.run(pass, stages_[static_cast<std::size_t>(stage)], stage > 0 ? arrival : 0.0, clock);
    if (stage + 1 == shape_.ranks * shape_.chunks) return;
    clock.sent_forward = std::max(clock.sent_forward, clock.compute) + transfer_;
  }

  void backward(int index, int n, double arrival) {
    const Pass pass = this->pass(PassKind::kBackward, n);
    const int stage = pass.chunk * shape_.ranks + index;
    const bool last = stage + 1 == shape_.ranks * shape_.chunks;
    RankClock& clock = rank(clocks_, index);
    passes_.run(pass, stages_[static_cast<std::size_t>(stage)], last ? 0.0 : arrival, clock);
    if (stage > 0) clock.sent_backward = std::max(clock.sent_backward, clock.compute) + transfer_;
    if (shape_.schedule == Schedule::kZeroBubble) weights(index, n - index);
  }

  /// Rank r is r microbatches behind with the weights' gradients.
  void weights(int index, int microbatch) {
    if (microbatch < 0) return;
    passes_.run({PassKind::kWeights, 0, microbatch}, stages_[static_cast<std::size_t>(index)], 0.0,
                rank(clocks_, index));
  }

  void run_all_forward_first() {
    for (int n = 0; n < slots_; ++n) {
      for (int r = 0; r < shape_.ranks; ++r) {
        forward(r, n, r > 0 ? rank(clocks_, r - 1).sent_forward : 0.0);
      }
    }
    for (int n = 0; n < slots_; ++n) {
      for (int r = shape_.ranks - 1; r >= 0; --r) {
        backward(r, n, r + 1 < shape_.ranks ? rank(clocks_, r + 1).sent_backward : 0.0);
      }
    }
  }

  /// After its first forward passes every rank alternates. In turn k, rank r is at its forward pass
  /// k − r and as many backward passes behind as it is ahead: then all that a pass waits for from
  /// other ranks was sent in the turn before, or earlier in the same.
  void run_in_turns() {
    const int turns = slots_ + ahead(0) + shape_.ranks;
    const int first = std::min(first_repeated_turn(), turns);
    const int end = std::clamp(last_repeated_turn(), first, turns);
    run_turns(0, first);
    remember(first - 1, 2 * round());
    int turn = first;
    while (turn < end) {
      const int next = std::min(turn + turns_together(), end);
      run_turns(turn, next);
      turn = next + skipped_turns(next - 1);
    }
    run_turns(turn, turns);
    if (shape_.schedule != Schedule::kZeroBubble) return;
    for (int r = 0; r < shape_.ranks; ++r) {
      for (int behind = r; behind >= 1; --behind) weights(r, slots_ - behind);
    }
  }

  void run_turns(int turn, int end) {
    if (shape_.chunks > 1) {
      for (; turn < end; ++turn) run_turn_of_chunks(turn);
      return;
    }
    for (; turn < end; turn += kTogether) {
      const int next = std::min(end, turn + kTogether);
      if (is_whole(turn, next)) {
        run_in_steps(turn, next, [this](int k, int r) { run_whole(k, r); });
      } else {
        run_in_steps(turn, next, [this](int k, int r) { run_rank(k, r); });
      }
    }
  }

  /// Turns of one chunk per rank, several at once: each two ranks behind the one before it, which
  /// has then sent what it waits for. A processor works on all of them at the same time.
  template <class Run>
  void run_in_steps(int turn, int end, const Run& run) {
    const int last = shape_.ranks - 1;
    for (int step = last; step > 2 * (turn - end); --step) {
      int r = step;
      for (int k = turn; k < end && r <= last; ++k, r += 2) {
        if (r >= 0) run(k, r);
      }
    }
  }

  void run_rank(int turn, int r) {
    const int n = turn - r, behind = turn - shape_.ranks + 1;
    if (n >= 0 && n < slots_) forward(r, n, r > 0 ? rank(clocks_, r - 1).sent_forward : 0.0);
    if (behind < 0 || behind >= slots_) return;
    backward(r, behind, r + 1 < shape_.ranks ? rank(clocks_, r + 1).sent_backward : 0.0);
  }

  /// Whether in these turns no pass of any rank is more than its time.
  bool is_whole(int turn, int end) const {
    if (shape_.schedule == Schedule::kZeroBubble) return false;
    const int last = shape_.ranks - 1;
    return passes_.whole(PassKind::kForward, std::max(0, turn - last), std::min(end, slots_) - 1) &&
           passes_.whole(PassKind::kBackward, std::max(0, turn - last),
                         std::min(end - last, slots_) - 1);
  }

  /// run_rank() of passes that are.
  void run_whole(int turn, int r) {
    const int last = shape_.ranks - 1;
    const int n = turn - r, behind = turn - last;
    const PassSeconds& time = stages_[static_cast<std::size_t>(r)].whole;
    RankClock& clock = rank(clocks_, r);
    if (n >= 0 && n < slots_) {
      const double arrival = r > 0 ? rank(clocks_, r - 1).sent_forward : 0.0;
      clock.compute = std::max(clock.compute, arrival) + time.forward;
      if (r < last) clock.sent_forward = std::max(clock.sent_forward, clock.compute) + transfer_;
    }
    if (behind < 0 || behind >= slots_) return;
    const double arrival = r < last ? rank(clocks_, r + 1).sent_backward : 0.0;
    clock.compute = std::max(clock.compute, arrival) + time.backward;
    if (r > 0) clock.sent_backward = std::max(clock.sent_backward, clock.compute) + transfer_;
  }

  void run_turn_of_chunks(int turn) {
    const int last = shape_.ranks - 1;
    const double around_forward = rank(clocks_, last).sent_forward;
    double sent_before = rank(clocks_, 0).sent_backward;  // by the next rank, a turn ago
    for (int r = last; r >= 0; --r) {
      const double sent_backward = sent_before;
      sent_before = rank(clocks_, r).sent_backward;
      const int n = turn - r;
      const int behind = n - ahead(r);
      if (n >= 0 && n < slots_) {
        forward(r, n, r > 0 ? rank(clocks_, r - 1).sent_forward : around_forward);
      }
      if (behind >= 0 && behind < slots_) backward(r, behind, sent_backward);
    }
  }

  int ahead(int index) const { return ahead_[static_cast<std::size_t>(index)]; }

  static constexpr int kTogether = 8;
  /// Fewer in short pipelines, which are sooner in step.
  int turns_together() const {
    return shape_.chunks > 1 ? 1 : std::clamp(shape_.ranks / 4, 1, kTogether);
  }
  /// Turns after which all ranks are at the same chunk again, and are looked at.
  int round() const { return shape_.chunks > 1 ? shape_.ranks * shape_.chunks : turns_together(); }

  /// How many turns can be left out because they repeat the last ones. A turn follows from the
  /// clocks alone, so once all have moved by the same time, they do so until the last microbatch.
  /// Over how many turns depends on who waits for whom: those that they are held against move on
  /// after 2, 4, 8 rounds (Brent 1980).
  int skipped_turns(int turn) {
    const int since = turn - remembered_turn_;
    if (since % round() != 0) return 0;
    const double moved = time_since_remembered();
    if (moved <= 0.0) {
      if (since == remembered_for_) remember(turn, 2 * remembered_for_);
      return 0;
    }
    const int times = (last_repeated_turn() - turn) / since;
    if (times <= 0) return 0;
    for (RankClock& clock : ranks(clocks_)) shift(clock, moved * times);
    remembered_turn_ += times * since;
    for (RankClock& clock : ranks(remembered_)) shift(clock, moved * times);
    return times * since;
  }

  void remember(int turn, int turns) {
    std::copy_n(clocks_.begin(), shape_.ranks, remembered_.begin());
    remembered_turn_ = turn;
    remembered_for_ = turns;
  }

  /// From which on all ranks alternate, none of them at microbatch 0.
  int first_repeated_turn() const {
    const bool alternate_at_once = shape_.chunks == 1 && shape_.schedule != Schedule::kZeroBubble;
    return alternate_at_once ? shape_.ranks : ahead(0) + shape_.ranks * (shape_.chunks + 1);
  }
  /// Before any rank is at its last microbatch.
  int last_repeated_turn() const {
    const int last = shape_.ranks - 1;
    return std::min(slots_, slots_ - shape_.ranks * shape_.chunks + last + ahead(last)) - 1;
  }

  static constexpr std::array kTimes{&RankClock::compute,      &RankClock::collective,
                                     &RankClock::layer,        &RankClock::layer_before,
                                     &RankClock::sent_forward, &RankClock::sent_backward};

  /// By how much all clocks have moved; 0 where some did otherwise. What a layout does not use
  /// stands still.
  double time_since_remembered() const {
    constexpr double kEqual = 1e-7;
    const double moved = clocks_[0].compute - remembered_[0].compute;
    for (std::size_t r = 0; r < static_cast<std::size_t>(shape_.ranks); ++r) {
      for (const auto time : kTimes) {
        const double here = clocks_[r].*time - remembered_[r].*time;
        if (here != 0.0 && std::abs(here - moved) > kEqual * moved) return 0.0;
      }
    }
    return moved;
  }

  static void shift(RankClock& clock, double by) {
    for (const auto time : kTimes) clock.*time += by;
  }

  Seconds finish() {
    double ready = 0.0, update = 0.0;
    const RankParameters dense = layer_on_rank(inputs_, LayerKind::kDense);
    const RankParameters expert =
        inputs_.model.experts ? layer_on_rank(inputs_, LayerKind::kExpert) : RankParameters{};
    for (int r = 0; r < shape_.ranks; ++r) {
      const RankLayers& held = rank(held_, r);
      RankParameters parameters = dense * held.layers[0];
      parameters += expert * held.layers[1];
      if (held.embedding) parameters += end_on_rank(inputs_);
      if (held.head && head_has_weights(inputs_)) parameters += end_on_rank(inputs_);
      ready = std::max(ready, passes_.reduced(parameters.trained, held.embedding || held.head,
                                              rank(clocks_, r)));
      update = std::max(update, passes_.update(parameters.trained));
    }
    return Seconds(ready + passes_.work().norm_all_reduce().si() + update);
  }

  const StepInputs& inputs_;
  PipelineShape shape_;
  ClosedPasses passes_;
  int slots_;  ///< forward passes of a rank
  double transfer_;
  std::array<StagePasses, kMostStages> stages_;
  std::array<int, kMostStages> chunk_of_;  ///< a pass, by its number in a round of microbatches
  std::array<int, kMostRanks> ahead_;      ///< forward passes before the first backward pass
  std::array<RankLayers, kMostRanks> held_{};
  std::array<RankClock, kMostRanks> clocks_{}, remembered_{};
  int remembered_turn_ = 0;
  int remembered_for_ = 0;  ///< turns
};

bool is_known(const StepInputs& inputs) {
  const Layout& layout = inputs.layout;
  return !layout.stage_cut() && layout.pipeline <= kMostRanks &&
         layout.pipeline * layout.virtual_stages <= kMostStages;
}

}  // namespace

std::optional<ClosedStep> forecast_closed(const StepInputs& inputs,
                                          const Calibration& calibration) {
  if (!is_known(inputs)) return std::nullopt;
  return ClosedPipeline(inputs, calibration).run();
}

Seconds step_time(const StepInputs& inputs, const Calibration& calibration) {
  const std::optional<ClosedStep> closed = forecast_closed(inputs, calibration);
  return closed ? closed->time : forecast_step(inputs, calibration).time;
}

std::optional<Seconds> closed_lower_bound(const StepInputs& inputs,
                                          const Calibration& calibration) {
  if (!is_known(inputs)) return std::nullopt;
  return ClosedPipeline(inputs, calibration).lower_bound();
}

}  // namespace sextant
