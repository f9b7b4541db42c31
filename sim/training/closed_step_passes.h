#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>

#include <boost/container/small_vector.hpp>

#include "layer_work.h"
#include "schedule.h"
#include "stages.h"

namespace sextant {

/// When the streams of a pipeline rank are free, and when the last two layers that it worked on
/// ended, in seconds from the start of the step.
struct RankClock {
  double compute = 0, collective = 0;
  double layer = 0, layer_before = 0;
  double sent_forward = 0, sent_backward = 0;
};

/// Seconds of the passes of a microbatch.
struct PassSeconds {
  double forward = 0, backward = 0, weights = 0;

  double of(PassKind kind) const {
    return kind == PassKind::kForward ? forward : kind == PassKind::kBackward ? backward : weights;
  }
};

/// What passes through consecutive layers of one virtual stage take: as a whole, and where they are
/// unfolded to layers.
struct StagePasses {
  int first_layer = 0;
  int layers = 0;
  bool embedding = false, head = false;
  PassSeconds whole;
  std::size_t first_step = 0;  ///< of those of all stages; stages that are alike share them
  std::size_t steps = 0;
};

/// Runs passes on the clock of a rank, as the operation graph of forecast_step has them.
class ClosedPasses {
 public:
  ClosedPasses(const StepInputs& inputs, const Calibration& calibration);
  ClosedPasses(const ClosedPasses&) = delete;  // the work model knows where `use_` is
  ClosedPasses& operator=(const ClosedPasses&) = delete;

  /// Stage `index` of the model, from layer `first_layer` on; `before`: the one before it, if any.
  StagePasses stage(int index, int first_layer, int layers, const StagePasses* before);
  /// @param arrival when what the pass waits for from another rank is there
  void run(const Pass& pass, const StagePasses& stage, double arrival, RankClock& clock) const {
    if (!needs_layers(pass)) {
      clock.compute = std::max(clock.compute, arrival) + stage.whole.of(pass.kind);
    } else if (pass.kind == PassKind::kForward) {
      forward_by_layers(stage, arrival, clock);
    } else {
      backward_by_layers(pass, stage, arrival, clock);
    }
  }
  /// Whether such passes of all these microbatches are whole: run() only adds their time.
  bool whole(PassKind kind, int first, int last) const {
    const Microbatches& layered = layered_[static_cast<std::size_t>(kind)];
    return first > layered.up_to && last < layered.from;
  }
  /// The end of the step on one rank, before the gradient norm: when its gradients are reduced.
  double reduced(const LayerParameters& trained, bool has_end, RankClock& clock) const;
  /// And after it: seconds that the rank needs for the optimizer.
  double update(const LayerParameters& trained) const;

  const WorkModel& work() const { return work_; }

 private:
  /// A layer, the embedding or the head: alone, and beside the collectives of a pass that is
  /// unfolded to layers; what is gathered before and reduced after it.
  struct Piece {
    PassSeconds alone, overlapped;
    LayerParameters gathered, reduced;
  };
  /// A piece on its way through a pass that is unfolded to layers. Seconds of collectives are
  /// negative where there is none.
  struct LayerStep {
    PassSeconds overlapped;
    double gather = -1;        ///< before its forward pass, with what else is in the bucket
    double gather_again = -1;  ///< before its backward pass
    double reduce = -1;        ///< after it, with what else is in the bucket
    bool is_layer = false;
  };
  /// Seconds of collectives by the parameters that they carry, of which there are few.
  class ExchangeTimes {
   public:
    using Exchange = Seconds (WorkModel::*)(const LayerParameters&) const;
    explicit ExchangeTimes(Exchange exchange) : exchange_(exchange) {}
    double of(const WorkModel& work, const LayerParameters& size);

   private:
    struct Known {
      LayerParameters size;
      double seconds = 0;
    };
    Exchange exchange_;
    std::array<Known, 8> known_;
    std::size_t count_ = 0;
  };

  Piece end_piece(const PassWork& work, bool has_weights) const;
  Piece layer_piece(LayerKind kind) const;
  const Piece& piece(const StagePasses& stage, int index) const;
  const LayerParameters& gathered(const RankParameters& size) const {
    return sharded_parameters_ ? size.all : size.trained;
  }
  /// The first ones of a step, the last ones, or both.
  struct Microbatches {
    int up_to = -1;
    int from = std::numeric_limits<int>::max();
  };
  void find_layered_passes();
  int pieces(const StagePasses& stage) const {
    return stage.layers + (stage.embedding ? 1 : 0) + (stage.head ? 1 : 0);
  }
  bool alike(const StagePasses& stage, const StagePasses& other) const;
  void add_steps(StagePasses& stage);
  void add_gathers(const StagePasses& stage);
  void add_reductions(const StagePasses& stage);

  /// Passes in which parameters are gathered or gradients reduced layer by layer.
  bool needs_layers(const Pass& pass) const {
    const Microbatches& layered = layered_[static_cast<std::size_t>(pass.kind)];
    return pass.microbatch <= layered.up_to || pass.microbatch >= layered.from;
  }
  /// With ZeRO-3 the memory for the parameters of two layers is there, so a gather starts no
  /// earlier than the work before the last one has ended.
  double gather(double seconds, RankClock& clock) const {
    if (sharded_parameters_) clock.collective = std::max(clock.collective, clock.layer_before);
    clock.collective += seconds;
    clock.layer_before = clock.layer;
    return clock.collective;
  }
  void forward_by_layers(const StagePasses& stage, double arrival, RankClock& clock) const;
  void backward_by_layers(const Pass& pass, const StagePasses& stage, double arrival,
                          RankClock& clock) const;

  const StepInputs& inputs_;
  CollectiveUse use_;
  WorkModel work_;
  bool weights_apart_, sharded_parameters_, reduces_every_pass_, gathers_first_;
  int microbatches_, stages_;
  std::array<Microbatches, kPassKinds> layered_;  ///< passes that are unfolded to layers
  PassKind reducing_;                             ///< passes that make the weights' gradients …
  int reduced_from_;                              ///< … which are reduced from this microbatch on
  std::array<Piece, kLayerKinds.size()> layers_;
  Piece embedding_, head_;
  boost::container::small_vector<LayerStep, 64> steps_;  ///< of all stages
  ExchangeTimes reduce_{&WorkModel::reduce_gradients}, gather_{&WorkModel::gather_parameters};
};

/// Parameters of the next bucket, or layer, are gathered behind the work of this one.
inline void ClosedPasses::forward_by_layers(const StagePasses& stage, double arrival,
                                            RankClock& clock) const {
  const LayerStep* step = steps_.data() + stage.first_step;
  const LayerStep* const end = step + stage.steps;
  double there = arrival;
  for (; step != end; ++step) {
    if (step->gather >= 0.0) there = std::max(gather(step->gather, clock), arrival);
    clock.compute = std::max(clock.compute, there) + step->overlapped.forward;
    if (step->is_layer) clock.layer = clock.compute;
  }
}

/// Gradients of a bucket, or layer, are reduced behind the work of the next; sharded parameters of
/// the next layer are gathered before that.
inline void ClosedPasses::backward_by_layers(const Pass& pass, const StagePasses& stage,
                                             double arrival, RankClock& clock) const {
  const LayerStep* const first = steps_.data() + stage.first_step;
  const bool reduces_here = pass.kind == reducing_ && pass.microbatch >= reduced_from_;
  const auto gather_for = [&](const LayerStep& step) {
    return step.gather_again >= 0.0 ? gather(step.gather_again, clock) : 0.0;
  };
  const LayerStep* step = first + stage.steps;
  double there = step == first ? arrival : std::max(gather_for(step[-1]), arrival);
  while (step-- != first) {
    clock.compute = std::max(clock.compute, there) + step->overlapped.of(pass.kind);
    clock.layer = clock.compute;
    there = step == first ? 0.0 : gather_for(step[-1]);
    if (!reduces_here || step->reduce < 0.0) continue;
    clock.collective = std::max(clock.collective, clock.compute) + step->reduce;
  }
}

}  // namespace sextant
