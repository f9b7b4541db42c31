#include "sextant/training/closed_step.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "closed_step_passes.h"
#include "rank_memory.h"

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
    int turn = first;
    while (turn < end) {
      run_turns(turn, turn + 1);
      turn += 1 + skipped_turns(turn);
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
    constexpr int kTogether = 8;
    for (; turn < end; turn += kTogether) run_turns_in_steps(turn, std::min(end, turn + kTogether));
  }

  /// Turns of one chunk per rank, several at once: each two ranks behind the one before it, which
  /// has then sent what it waits for. A processor works on all of them at the same time.
  void run_turns_in_steps(int turn, int end) {
    const int last = shape_.ranks - 1;
    for (int step = last; step > 2 * (turn - end); --step) {
      int r = step;
      for (int k = turn; k < end && r <= last; ++k, r += 2) {
        if (r >= 0) run_rank(k, r, k - last);
      }
    }
  }

  void run_rank(int turn, int r, int behind) {
    const int n = turn - r;
    if (n >= 0 && n < slots_) forward(r, n, r > 0 ? rank(clocks_, r - 1).sent_forward : 0.0);
    if (behind < 0 || behind >= slots_) return;
    backward(r, behind, r + 1 < shape_.ranks ? rank(clocks_, r + 1).sent_backward : 0.0);
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

  /// How many turns can be left out because they repeat the last ones: once all ranks have moved by
  /// the same time, over a few microbatches, they do so until the last of them. How many depends on
  /// who waits for whom: as many as there are ranks, or ranks behind a certain one.
  int skipped_turns(int turn) {
    const int round = shape_.ranks * shape_.chunks;
    const int since = turn - remembered_turn_;
    if (turn == first_repeated_turn() || since == 2 * round) {
      std::copy_n(clocks_.begin(), shape_.ranks, remembered_.begin());
      remembered_turn_ = turn;
      return 0;
    }
    if (shape_.chunks > 1 && since % round != 0) return 0;
    const double moved = time_since_remembered();
    const int times = (last_repeated_turn() - turn) / since;
    if (moved <= 0.0 || times <= 0) return 0;
    for (RankClock& clock : ranks(clocks_)) shift(clock, moved * times);
    remembered_turn_ += times * since;
    for (RankClock& clock : ranks(remembered_)) shift(clock, moved * times);
    return times * since;
  }

  /// From which on all ranks alternate, none of them at microbatch 0.
  int first_repeated_turn() const { return ahead(0) + shape_.ranks * (shape_.chunks + 1); }
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

std::optional<Seconds> closed_lower_bound(const StepInputs& inputs,
                                          const Calibration& calibration) {
  if (!is_known(inputs)) return std::nullopt;
  return ClosedPipeline(inputs, calibration).lower_bound();
}

}  // namespace sextant
