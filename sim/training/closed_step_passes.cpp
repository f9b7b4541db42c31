#include "closed_step_passes.h"

#include <algorithm>

namespace sextant {
namespace {

PassSeconds seconds_of(const PassWork& work) {
  return {work.forward.total(), work.backward.total(), work.weights.total()};
}

void add_times(PassSeconds& sum, const PassSeconds& piece, int times) {
  sum.forward += piece.forward * times;
  sum.backward += piece.backward * times;
  sum.weights += piece.weights * times;
}

}  // namespace

double ClosedPasses::ExchangeTimes::of(const WorkModel& work, const LayerParameters& size) {
  for (std::size_t i = 0; i < count_; ++i) {
    const Known& known = known_[i];
    if (known.size.common == size.common && known.size.routed == size.routed) return known.seconds;
  }
  Known& place = known_[count_ < known_.size() ? count_++ : 0];
  place = {size, (work.*exchange_)(size).si()};
  return place.seconds;
}

ClosedPasses::ClosedPasses(const StepInputs& inputs, const Calibration& calibration)
    : inputs_(inputs),
      work_(inputs, calibration, use_),
      weights_apart_(inputs.layout.pipeline_schedule() == Schedule::kZeroBubble),
      sharded_parameters_(inputs.layout.zero == 3),
      reduces_every_pass_(inputs.layout.zero >= 2),
      microbatches_(inputs.microbatches()),
      stages_(inputs.layout.pipeline * inputs.layout.virtual_stages) {
  const std::int64_t experts = inputs.model.expert_layers();
  if (experts < inputs.model.layers) layers_[0] = layer_piece(LayerKind::kDense);
  if (experts > 0) layers_[1] = layer_piece(LayerKind::kExpert);
  embedding_ = end_piece(work_.embedding(), true);
  // The gradient of a tied head is complete only with the embedding's.
  head_ = end_piece(work_.head(), head_has_weights(inputs));
}

ClosedPasses::Piece ClosedPasses::end_piece(const PassWork& work, bool has_weights) const {
  const RankParameters size = end_on_rank(inputs_);
  return {.alone = seconds_of(work),
          .overlapped = seconds_of(work),
          .gathered = gathered(size),
          .reduced = has_weights ? size.trained : LayerParameters{}};
}

/// Both slow each other down only while both run.
ClosedPasses::Piece ClosedPasses::layer_piece(LayerKind kind) const {
  const PassSeconds alone = seconds_of(work_.layer(kind));
  const RankParameters size = layer_on_rank(inputs_, kind);
  Piece piece{alone, alone, gathered(size), size.trained};
  const double reduce = work_.reduce_share(piece.reduced).si();
  const double gather = work_.gather_share(piece.gathered).si();
  const auto beside = [this](double seconds, double communication) {
    return seconds + work_.overlap_cost() * std::min(communication, seconds);
  };
  const double gather_again = sharded_parameters_ ? gather : 0.0;
  piece.overlapped = {
      .forward = beside(alone.forward, gather),
      .backward = beside(alone.backward, weights_apart_ ? gather_again : gather_again + reduce),
      .weights = beside(alone.weights, weights_apart_ ? reduce : 0.0)};
  return piece;
}

StagePasses ClosedPasses::stage(int index, int first_layer, int layers) const {
  StagePasses stage;
  stage.first_layer = first_layer;
  stage.layers = layers;
  stage.embedding = index == 0;
  stage.head = index == stages_ - 1;
  int experts = 0;
  for (int layer = first_layer; layer < first_layer + layers; ++layer) {
    experts += inputs_.model.has_experts(layer) ? 1 : 0;
  }
  add_times(stage.whole, layers_[0].alone, layers - experts);
  add_times(stage.whole, layers_[1].alone, experts);
  if (stage.embedding) add_times(stage.whole, embedding_.alone, 1);
  if (stage.head) add_times(stage.whole, head_.alone, 1);
  return stage;
}

const ClosedPasses::Piece& ClosedPasses::piece(const StagePasses& stage, int index) const {
  const int layer = index - (stage.embedding ? 1 : 0);
  if (layer < 0) return embedding_;
  if (layer >= stage.layers) return head_;
  return layers_[inputs_.model.has_experts(stage.first_layer + layer) ? 1 : 0];
}

bool ClosedPasses::makes_weight_gradients(const Pass& pass) const {
  return pass.kind == (weights_apart_ ? PassKind::kWeights : PassKind::kBackward);
}

bool ClosedPasses::reduces(const Pass& pass) const {
  return makes_weight_gradients(pass) &&
         (reduces_every_pass_ || pass.microbatch == microbatches_ - 1);
}

/// Passes in which parameters are gathered or gradients reduced layer by layer.
bool ClosedPasses::needs_layers(const Pass& pass) const {
  if (sharded_parameters_) return true;
  if (pass.kind == PassKind::kForward) {
    return pass.microbatch == 0 && inputs_.layout.zero >= 1 && inputs_.software.gather_overlap;
  }
  return reduces(pass) && (reduces_every_pass_ || inputs_.software.data_overlap);
}

void ClosedPasses::run(const Pass& pass, const StagePasses& stage, double arrival,
                       RankClock& clock) {
  if (!needs_layers(pass)) {
    clock.compute = std::max(clock.compute, arrival) + stage.whole.of(pass.kind);
  } else if (pass.kind == PassKind::kForward) {
    forward_by_layers(stage, arrival, clock);
  } else {
    backward_by_layers(pass, stage, arrival, clock);
  }
}

/// With ZeRO-3 the memory for the parameters of two layers is there, so a gather starts no earlier
/// than the work before the last one has ended.
double ClosedPasses::gather(const LayerParameters& size, RankClock& clock) {
  if (sharded_parameters_) clock.collective = std::max(clock.collective, clock.layer_before);
  clock.collective += gather_.of(work_, size);
  clock.layer_before = clock.layer;
  return clock.collective;
}

/// Parameters of the next bucket, or layer, are gathered behind the work of this one.
void ClosedPasses::forward_by_layers(const StagePasses& stage, double arrival, RankClock& clock) {
  const int pieces = stage.pieces();
  for (int i = 0; i < pieces;) {
    LayerParameters bucket;
    int end = i;
    do bucket += piece(stage, end++).gathered;
    while (end < pieces && bucket.total() < work_.gather_bucket());
    const double there = std::max(gather(bucket, clock), arrival);
    for (; i < end; ++i) {
      const Piece& here = piece(stage, i);
      clock.compute = std::max(clock.compute, there) + here.overlapped.forward;
      if (&here != &embedding_ && &here != &head_) clock.layer = clock.compute;
    }
  }
}

/// Gradients of a bucket, or layer, are reduced behind the work of the next; sharded parameters of
/// the next layer are gathered before that.
void ClosedPasses::backward_by_layers(const Pass& pass, const StagePasses& stage, double arrival,
                                      RankClock& clock) {
  const bool reduces_here = reduces(pass);
  const auto gather_for = [&](int index) {
    if (!sharded_parameters_ || index < 0) return 0.0;
    return gather(piece(stage, index).gathered, clock);
  };
  const int last = stage.pieces() - 1;
  double there = std::max(gather_for(last), arrival);
  LayerParameters bucket;
  for (int i = last; i >= 0; --i) {
    const Piece& here = piece(stage, i);
    clock.compute = std::max(clock.compute, there) + here.overlapped.of(pass.kind);
    clock.layer = clock.compute;
    there = gather_for(i - 1);
    bucket += here.reduced;
    const bool full = bucket.total() >= work_.reduce_bucket() || i == 0;
    if (!reduces_here || !full || bucket.total() == 0.0) continue;
    clock.collective = std::max(clock.collective, clock.compute) + reduce_.of(work_, bucket);
    bucket = {};
  }
}

double ClosedPasses::reduced(const LayerParameters& trained, bool has_end, RankClock& clock) const {
  if (!reduces_every_pass_ && !inputs_.software.data_overlap) {
    clock.compute += work_.reduce_gradients(trained).si();
  }
  if (has_end) clock.compute += work_.tie_embeddings().si();
  return std::max(clock.compute, clock.collective);
}

double ClosedPasses::update(const LayerParameters& trained) const {
  double seconds = work_.optimizer(trained).si();
  if (inputs_.layout.zero >= 1 && !sharded_parameters_ && !inputs_.software.gather_overlap) {
    seconds += work_.gather_parameters(trained).si();
  }
  return seconds;
}

}  // namespace sextant
