#pragma once

#include <array>
#include <cstddef>

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

/// Consecutive layers of one virtual stage, and what passes through all of them take.
struct StagePasses {
  int first_layer = 0;
  int layers = 0;
  bool embedding = false, head = false;
  PassSeconds whole;

  int pieces() const { return layers + (embedding ? 1 : 0) + (head ? 1 : 0); }
};

/// Runs passes on the clock of a rank, as the operation graph of forecast_step has them.
class ClosedPasses {
 public:
  ClosedPasses(const StepInputs& inputs, const Calibration& calibration);
  ClosedPasses(const ClosedPasses&) = delete;  // the work model knows where `use_` is
  ClosedPasses& operator=(const ClosedPasses&) = delete;

  /// Stage `index` of the model, from layer `first_layer` on.
  StagePasses stage(int index, int first_layer, int layers) const;
  /// @param arrival when what the pass waits for from another rank is there
  void run(const Pass& pass, const StagePasses& stage, double arrival, RankClock& clock);
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
  bool makes_weight_gradients(const Pass& pass) const;
  bool reduces(const Pass& pass) const;
  bool needs_layers(const Pass& pass) const;
  void forward_by_layers(const StagePasses& stage, double arrival, RankClock& clock);
  void backward_by_layers(const Pass& pass, const StagePasses& stage, double arrival,
                          RankClock& clock);
  double gather(const LayerParameters& size, RankClock& clock);

  const StepInputs& inputs_;
  CollectiveUse use_;
  WorkModel work_;
  bool weights_apart_, sharded_parameters_, reduces_every_pass_;
  int microbatches_, stages_;
  std::array<Piece, kLayerKinds.size()> layers_;
  Piece embedding_, head_;
  ExchangeTimes reduce_{&WorkModel::reduce_gradients}, gather_{&WorkModel::gather_parameters};
};

}  // namespace sextant
